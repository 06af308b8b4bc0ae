# __prepare__ gives the namespace of the class body.
class Log(dict):
    def __setitem__(self, k, v):
        if not k.startswith("__"): print("define", k)
        super().__setitem__(k, v)
class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases, **kw):
        print("prepare", name, kw)
        return Log(given=10)
    def __new__(mcs, name, bases, ns, **kw): return super().__new__(mcs, name, bases, dict(ns))
class C(metaclass=Meta, k=1):
    a = 1
    b = given + a
    def m(self): pass
print(C.b, C.given, type(C).__name__)
