# What len and bool accept.
class A:
    def __init__(self, v): self.v = v
    def __len__(self): return self.v
for v in (3, -1, "x", 2 ** 100, 1.0, True):
    try:
        print(len(A(v)))
    except (ValueError, TypeError, OverflowError) as e:
        print(type(e).__name__, e)
class B:
    def __bool__(self): return 1
try:
    bool(B())
except TypeError as e:
    print(e)
