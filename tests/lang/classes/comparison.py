# Rich comparison, and what is derived from it.
class V:
    def __init__(self, n): self.n = n
    def __eq__(self, o): return isinstance(o, V) and self.n == o.n
    def __lt__(self, o): return self.n < o.n if isinstance(o, V) else NotImplemented
    def __le__(self, o): return "le"
a, b = V(1), V(2)
print(a == b, a != b, a == V(1), a < b, a > b, b > a, a <= b, a >= b)
for bad in (lambda: a < 1, lambda: 1 > a < 2, lambda: hash(a), lambda: object() < object(), lambda: {a}):
    try:
        print(bad())
    except TypeError as e:
        print(e)
class Ne:
    def __ne__(self, o): return "custom"
    def __eq__(self, o): return "eq"
print(Ne() != 1, Ne() == 1, 1 == Ne(), object() == object(), object() != object())
