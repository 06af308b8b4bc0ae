# Which operand is asked first.
class L:
    def __add__(self, o): print("L.add"); return NotImplemented
    def __radd__(self, o): print("L.radd"); return "L.radd"
class R:
    def __add__(self, o): print("R.add"); return NotImplemented
    def __radd__(self, o): print("R.radd"); return "R.radd"
class Sub(L):
    def __radd__(self, o): print("Sub.radd"); return "Sub.radd"
print(L() + R())
print(L() + Sub())
print(1 + R())
print([] + R() if False else "x" + R())
try:
    L() + L()
except TypeError as e:
    print(e)
try:
    R() + None
except TypeError as e:
    print(e)
