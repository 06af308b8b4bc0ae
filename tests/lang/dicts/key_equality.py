# Keys are found by hash and equality.
d = {1: "int"}
d[1.0] = "float"
d[True] = "bool"
print(d)
class K:
    def __init__(self, n): self.n = n
    def __hash__(self): return 42
    def __eq__(self, other): return isinstance(other, K) and self.n == other.n
    def __repr__(self): return f"K({self.n})"
d = {K(i): i for i in range(5)}
print(d[K(3)], K(9) in d, d, {K(1), K(1), K(2)})
nan = float("nan")
print({nan: 1}[nan], {None: 0, (): 1, "": 2, 0: 3})
