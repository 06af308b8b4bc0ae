# __init_subclass__ runs for each subclass, __set_name__ for each attribute.
class Plugin:
    registry = {}
    def __init_subclass__(cls, /, key=None, **kw):
        super().__init_subclass__(**kw)
        Plugin.registry[key or cls.__name__] = cls
class A(Plugin): pass
class B(Plugin, key="bee"): pass
class C(B): pass
print({k: v.__name__ for k, v in Plugin.registry.items()})
try:
    class D(object, key=1): pass
except TypeError as e:
    print(e)
class Named:
    def __set_name__(self, owner, name): self.where = f"{owner.__qualname__}.{name}"
class E:
    a = Named()
    class F:
        b = Named()
print(E.a.where, E.F.b.where)
