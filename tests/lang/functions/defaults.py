# Default values are evaluated once, when the function is defined.
def f(a, b=2, *, c=3, d):
    return a, b, c, d
print(f(1, d=4), f(1, 5, d=6, c=7), f(d=1, a=2))
def grow(x, seen=[]):
    seen.append(x)
    return seen
print(grow(1), grow(2), grow(3, []))
n = 1
def g(x=n): return x
n = 2
print(g(), f.__defaults__, f.__kwdefaults__)
g.__defaults__ = (99,)
print(g())
