# property: computed attributes with setter and deleter.
class T:
    def __init__(self): self._c = 0
    @property
    def c(self):
        "Degrees."
        return self._c
    @c.setter
    def c(self, v):
        if v < -273: raise ValueError("too cold")
        self._c = v
    @c.deleter
    def c(self): print("deleted"); self._c = None
    f = property(lambda self: self._c * 9 / 5 + 32)
t = T()
t.c = 100
print(t.c, t.f, T.c.__doc__)
del t.c
print(t.c)
for bad in ("t.f = 1", "del t.f", "t.c = -300", "t.nope"):
    try:
        exec(bad)
    except (AttributeError, ValueError) as e:
        print(bad, type(e).__name__, e)
