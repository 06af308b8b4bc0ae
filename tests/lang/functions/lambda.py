# lambda makes small functions.
print((lambda: 1)(), (lambda x, y=2, *a, k=3, **kw: (x, y, a, k, kw))(1, 5, 6, k=7, z=8), (lambda x: lambda y: x + y)(1)(2))
f = lambda x: x * 2
print(f.__name__, f(4), list(map(lambda x: x + 1, [1, 2])), sorted([3, -5, 1], key=lambda x: abs(x)))
