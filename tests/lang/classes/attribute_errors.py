# What attribute errors say.
class C:
    x = 1
    def method(self): pass
c = C()
for bad in (lambda: c.missing, lambda: C.missing, lambda: (1).foo, lambda: None.bar, lambda: "s".nope, lambda: [].push, lambda: c.methd, lambda: setattr(1, "a", 2), lambda: delattr(c, "x"), lambda: setattr(int, "a", 1), lambda: object().a, lambda: getattr(c, 5), lambda: c.method.foo, lambda: len.foo, lambda: setattr(object(), "a", 1), lambda: setattr(c, "__class__", 5), lambda: delattr(C, "nope")):
    try:
        bad()
    except (AttributeError, TypeError) as e:
        print(type(e).__name__, e)
