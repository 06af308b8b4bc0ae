# eval and exec with their namespaces.
x = 10
print(eval("x + 1"), eval("x + y", {"x": 1, "y": 2}), eval("a * b", {"a": 3}, {"b": 4}), eval(" 1 + 1 "))
exec("z = x * 2\ndef f(): return z")
print(z, f())
ns = {}
exec("import math\nr = math.sqrt(16)\nclass C:\n  v = r", ns)
print(ns["r"], ns["C"].v, "__builtins__" in ns, sorted(k for k in ns if k != "__builtins__"))
def local():
    y = 5
    exec("y = 6; w = 7")
    return y, eval("y + 1"), [eval("i * y", {"i": i, "y": y}) for i in range(2)]
print(local())
for bad in ("1 +", "x y", "a = 1", ""):
    try: eval(bad)
    except SyntaxError as e: print(repr(bad), e.msg)
try: exec("undefined_name")
except NameError as e: print(e)
try: eval(5)
except TypeError as e: print(e)
