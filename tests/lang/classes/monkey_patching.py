# Methods may be replaced at any time, on the class or on one object.
class C:
    def f(self): return "original"
    def g(self): return self.f() + "!"
c, d = C(), C()
print(c.g(), d.g())
C.f = lambda self: "patched"
print(c.g(), d.g())
c.f = lambda: "own"
print(c.g(), d.g())
del C.f
try:
    d.g()
except AttributeError as e:
    print(e)
def run(o):
    return [o.g() for _ in range(2)]
print(run(c))
C.g = lambda self: "new g"
print(run(c), run(d))
import math
real = math.sqrt
math.sqrt = lambda x: "fake"
print(math.sqrt(4)); math.sqrt = real; print(math.sqrt(4))
