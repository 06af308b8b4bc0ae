# Class patterns look at attributes; __match_args__ names the positional ones.
class P:
    __match_args__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y
class Q(P): pass
def f(v):
    match v:
        case Q(0, y=y): return f"Q zero {y}"
        case P(x=0, y=0): return "origin"
        case P(0, y): return f"on y at {y}"
        case P(x, y) if x == y: return f"diagonal {x}"
        case P(): return "some point"
        case int(n) | float(n): return f"number {n}"
        case bool(): return "never"
        case [P(a), *_]: return "never"
        case [P(a, _), *_]: return f"list of points from {a}"
        case str(s): return s.upper()
for v in (P(0, 0), P(0, 5), P(3, 3), P(1, 2), Q(0, 9), 7, 2.5, True, [P(4, 4)], "text"):
    try:
        print(f(v))
    except TypeError as e:
        print(e)
try:
    match P(1, 2):
        case P(1, 2, 3): pass
except TypeError as e:
    print(e)
