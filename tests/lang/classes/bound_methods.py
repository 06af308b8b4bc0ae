# A bound method remembers its object.
class C:
    def __init__(self, n): self.n = n
    def get(self, k=0): return self.n + k
c = C(5)
m = c.get
print(m(), m(2), m.__self__ is c, m.__func__ is C.get, m == c.get, m is c.get, m.__name__, C.get(c, 1), list(map(c.get, [1, 2])))
c.n = 10
print(m(), hash(m) == hash(c.get), {m: 1}[c.get])
import types
print(types.MethodType(lambda self, x: (self, x), "me")(1), isinstance(m, types.MethodType))
a = [3, 1]
s = a.sort
s(); print(a, [].append.__self__, "x".join.__self__)
