# What counts as false.
for value in (0, 0.0, 0j, "", b"", [], (), {}, set(), range(0), None, False):
    print(repr(value), bool(value))
class Sized:
    def __init__(self, n): self.n = n
    def __len__(self): return self.n
class Falsy:
    def __bool__(self): return False
print(bool(Sized(0)), bool(Sized(3)), bool(Falsy()), bool(object()))
