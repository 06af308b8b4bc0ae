# A str subclass may have slots of its own; a tuple, int or bytes subclass may not.
import gc, weakref
class S(str):
    __slots__ = "a", "b"
x = S("hello")
x.a = [1]
x.b = 2
print(x, x.a, x.b, hasattr(x, "__dict__"))
del x.a
for action in (lambda: x.a, lambda: setattr(x, "c", 1), lambda: delattr(x, "a")):
    try:
        action()
    except AttributeError as e:
        print(e)
class T(S): pass
t = T("é" * 1000)
t.z, t.a = 1, 3
print(t.z, t.a, t.__dict__, len(t))
w = weakref.ref(t)
t.a = t
del t
gc.collect()
print(w())
for base in (int, bytes, tuple):
    try:
        type("C", (base,), {"__slots__": ("a",)})
    except TypeError as e:
        print(e)
    print(type("C", (base,), {"__slots__": ()})())
# A metaclass does not hide the namespaces of its classes.
class M(type): pass
class C(metaclass=M):
    y = 1
print(C.__dict__["y"], "__dict__" in M.__dict__)
