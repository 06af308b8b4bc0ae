# Operator methods, reflected and in-place forms.
class V:
    def __init__(self, *xs): self.xs = xs
    def __repr__(self): return f"V{self.xs}"
    def __add__(self, o): return V(*[a + b for a, b in zip(self.xs, o.xs)]) if isinstance(o, V) else NotImplemented
    def __mul__(self, k): return V(*[a * k for a in self.xs])
    __rmul__ = __mul__
    def __sub__(self, o): return self + -o
    def __neg__(self): return self * -1
    def __pos__(self): return self
    def __abs__(self): return sum(a * a for a in self.xs) ** 0.5
    def __invert__(self): return "inverted"
    def __matmul__(self, o): return sum(a * b for a, b in zip(self.xs, o.xs))
    def __getitem__(self, i): return self.xs[i]
    def __len__(self): return len(self.xs)
    def __contains__(self, x): return x in self.xs
    def __call__(self, *a, **k): return a, k
    def __iadd__(self, o):
        print("iadd")
        return V(*[a + b for a, b in zip(self.xs, o.xs)])
a, b = V(1, 2), V(3, 4)
print(a + b, a * 3, 3 * a, a - b, -a, +a, abs(b), ~a, a @ b, a[1], len(a), 2 in a, a(1, k=2), [*a])
a += b
print(a)
try:
    a + 1
except TypeError as e:
    print(e)
try:
    1 - a
except TypeError as e:
    print(e)
