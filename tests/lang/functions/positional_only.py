# Parameters before / can't be given by name.
def f(a, b=2, /, c=3, *, d=4):
    return a, b, c, d
print(f(1), f(1, 5, c=6, d=7))
def g(name, /, **kw): return name, kw
print(g("x", name="y"))
for bad in (lambda: f(a=1), lambda: f(1, b=2), lambda: f(), lambda: f(1, 2, 3, 4)):
    try:
        bad()
    except TypeError as e:
        print(e)
