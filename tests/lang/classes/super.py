# super() in all its forms.
class A:
    tag = "A.tag"
    def f(self): return "A.f"
    @classmethod
    def g(cls): return "A.g " + cls.__name__
    @property
    def p(self): return "A.p"
class B(A):
    tag = "B.tag"
    def f(self): return "B." + super().f() + " " + super(B, self).tag
    @classmethod
    def g(cls): return "B." + super().g()
    @property
    def p(self): return "B." + super().p
    def nested(self):
        return [super(B, self).f() for _ in range(1)], (lambda: super(B, self).f())()
b = B()
print(b.f(), B.g(), b.g(), b.p, b.nested(), super(B, b).f(), super(B, B).g())
try:
    super().f()
except RuntimeError as e:
    print(e)
try:
    super(B, b).nope
except AttributeError as e:
    print(e)
print(__class__ if "__class__" in globals() else "no __class__ here", type(super(B, b)).__name__)
