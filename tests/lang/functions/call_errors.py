# What a wrong call says.
def f(a, b): pass
def g(a, b=1): pass
def h(*, x, y): pass
def k(): pass
five, none, text = 5, None, "s"
class C:
    def method(self, x): pass
    def __init__(self, n): pass
for bad in (lambda: f(), lambda: f(1), lambda: f(1, 2, 3), lambda: f(1, b=2, c=3), lambda: f(1, a=2), lambda: g(), lambda: g(1, 2, 3), lambda: h(), lambda: h(x=1), lambda: h(1),
            lambda: k(1), lambda: k(x=1), lambda: C(), lambda: C(1).method(), lambda: C(1).method(1, 2), lambda: f(*5), lambda: f(**5), lambda: f(**{1: 2}), lambda: f(1, 2, **{"a": 1}),
            lambda: (lambda x: x)(), lambda: five(), lambda: none(), lambda: text(), lambda: f(*[1], *[2], *[3]), lambda: f(a=1, **{"a": 2})):
    try:
        bad()
    except TypeError as e:
        print(e)
