# classmethod and staticmethod.
class D:
    made = 0
    def __init__(self, v): self.v = v; D.made += 1
    @classmethod
    def parse(cls, text): return cls(int(text))
    @staticmethod
    def double(x): return 2 * x
class E(D): pass
e = E.parse("5")
print(type(e).__name__, e.v, E.double(4), e.double(5), D.made, E.made, D.parse.__self__ is D)
E.made = 100
D(1)
print(D.made, E.made)
