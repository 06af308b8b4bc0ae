# An iterator that is exhausted stays so, in every kind of loop, also when the list has grown.
def f():
    items = [1, 2, 3]
    one, other = iter(items), iter(items)
    for x in one:
        next(other)
    items.append(9)
    print(list(one), [x for x in one], list(other))
    for x in one:
        print("never", x)
    for x in iter([1, 2]):
        print(x)
f()
class S:
    def __getitem__(self, i): return i
it = iter(S())
it.__setstate__(2**63 - 1)
try:
    next(it)
except OverflowError as e:
    print(e)
class M(type):
    def mro(cls): return [cls, dict, object]
try:
    class C(metaclass=M): pass
except TypeError as e:
    print(e)
class F(float):
    def __init__(self, x, extra=None): self.extra = extra
print(F(1.5, extra=2), F(2, extra=3).extra)
class T(tuple):
    def __init__(self, x, extra=None): self.extra = extra
print(T([1], extra=2), T([1], extra=3).extra)
class P(float): pass
for cls in (P, float, tuple):
    try:
        cls(x=1)
    except TypeError as e:
        print(e)
