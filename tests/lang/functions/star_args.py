# *args and **kwargs collect and spread.
def f(*args, **kwargs):
    return args, kwargs
print(f(), f(1, 2), f(a=1), f(1, *[2, 3], x=1, **{"y": 2}), f(*"ab", *[1], **{}, z=0))
def g(a, *rest, key="k", **more):
    return a, rest, key, more
print(g(1), g(1, 2, 3, key=4, other=5))
def h(a, b, c): return a + b * c
print(h(*[1, 2, 3]), h(*(1,), **{"c": 3, "b": 2}))
k = {"a": 1}
def change(**kw):
    kw["a"] = 2
change(**k)
print(k)
