# Exceptions with unusual constructors.
class NeedsTwo(Exception):
    def __init__(self, a, b): self.a, self.b = a, b
print(repr(NeedsTwo(1, 2)), NeedsTwo(1, 2).args, str(NeedsTwo(1, 2)))
try:
    raise NeedsTwo
except TypeError as e:
    print(e)
class New(Exception):
    def __new__(cls, *a): return ValueError("other")
try:
    raise New
except Exception as e:
    print(type(e).__name__, e)
