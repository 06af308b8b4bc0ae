# functools on functions.
from functools import partial, reduce, wraps, lru_cache, cache, cached_property, cmp_to_key, total_ordering
add = partial(lambda a, b, c=0: (a, b, c), 1, c=3)
print(add(2), add(2, c=9), add.args, add.keywords)
print(reduce(lambda a, b: a * b, range(1, 6)), reduce(lambda a, b: a + b, [], "start"))
@lru_cache(maxsize=None)
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(80), fib.cache_info())
def deco(f):
    @wraps(f)
    def w(*a): return f(*a)
    return w
@deco
def documented():
    "doc"
print(documented.__name__, documented.__doc__, documented.__wrapped__.__name__)
class C:
    @cached_property
    def slow(self):
        print("computed")
        return 5
c = C()
print(c.slow, c.slow, sorted([3, 1, 2], key=cmp_to_key(lambda a, b: b - a)))
@total_ordering
class V:
    def __init__(self, n): self.n = n
    def __eq__(self, o): return self.n == o.n
    def __lt__(self, o): return self.n < o.n
print(V(1) <= V(1), V(2) > V(1), V(1) >= V(2))
