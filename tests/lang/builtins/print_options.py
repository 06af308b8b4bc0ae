# print with sep, end, file, flush.
import io
out = io.StringIO()
print(1, 2, sep="", end="|", file=out)
print("x", file=out, flush=True)
print(repr(out.getvalue()))
print("a", "b", sep=None, end=None)
for bad in (lambda: print(1, sep=2), lambda: print(1, end=b""), lambda: print(1, nope=1)):
    try: bad()
    except TypeError as e: print(e)
