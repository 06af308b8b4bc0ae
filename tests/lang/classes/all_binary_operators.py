# Every operator has a method, a reflected one and an in-place one.
import operator
names = "add sub mul truediv floordiv mod pow lshift rshift and or xor matmul".split()
ops = "+ - * / // % ** << >> & | ^ @".split()
body = {}
for n in names:
    body[f"__{n}__"] = lambda self, o, n=n: n if isinstance(o, C) else NotImplemented
    body[f"__r{n}__"] = lambda self, o, n=n: "r" + n
    body[f"__i{n}__"] = lambda self, o, n=n: "i" + n
C = type("C", (), body)
for op in ops:
    scope = {"a": C(), "b": C()}
    exec(f"x = a {op} b; y = 5 {op} b; a {op}= b", scope)
    print(op, scope["x"], scope["y"], scope["a"])
class D: pass
for op in ops:
    try:
        eval(f"D() {op} 1")
    except TypeError as e:
        print(e)
    try:
        exec(f"d = D(); d {op}= 1")
    except TypeError as e:
        print(e)
for text in ("-D()", "+D()", "~D()", "abs(D())", "divmod(D(), 1)", "round(D())", "~1.5", "pow(D(), 2, 3)"):
    try:
        eval(text)
    except TypeError as e:
        print(e)
