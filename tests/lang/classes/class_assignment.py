# The class of an object may be changed.
class A:
    def who(self): return "A", self.v
class B:
    def who(self): return "B", self.v
o = A()
o.v = 1
print(o.who())
o.__class__ = B
print(o.who(), type(o).__name__, isinstance(o, A))
class S: __slots__ = ("x",)
for bad in (lambda: setattr(o, "__class__", S), lambda: setattr(1, "__class__", A), lambda: setattr(o, "__class__", int)):
    try:
        bad()
    except TypeError as e:
        print(e)
B.__name__ = "Renamed"
C = type("C", (A,), {}); D = type("D", (B,), {}); E = type("E", (C,), {}); E.__bases__ = (D,)
e = E(); e.v = 2
print([c.__name__ for c in E.__mro__], e.who(), B.__name__)
