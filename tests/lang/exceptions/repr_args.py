# Exceptions keep their arguments.
for e in (ValueError(), ValueError("a"), ValueError("a", 1), KeyError("k"), KeyError("a", "b"), OSError(2, "No such"), OSError(2, "No such", "file.txt"), StopIteration(5), SystemExit(3), UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), ImportError("m", name="n"), AttributeError("x", name="y", obj=1), SyntaxError("bad", ("f.py", 1, 2, "text")), AssertionError([1])):
    print(repr(e), "|", str(e), "|", e.args)
print(type(OSError(2, "x")).__name__, OSError(17, "y").errno, type(OSError(13, "z")).__name__, StopIteration(5).value, SystemExit(3).code)
class E(Exception): pass
class F(Exception):
    def __str__(self): return "custom text"
print(repr(E(1, 2)), str(F("hidden")), repr(F("shown")), E("x") == E("x"))
