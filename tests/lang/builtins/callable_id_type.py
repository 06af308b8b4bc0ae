# callable, id, type, isinstance, hash, getattr.
class A:
    def __call__(self): return 1
class B: pass
print(callable(A()), callable(B()), callable(B), callable(len), callable(lambda: 0), callable(5), type(5), type(type), type(None), type(...), type(NotImplemented), type(print), type(A.__call__), type(A().__call__))
x = []
print(id(x) == id(x), hash("a") == hash("a"), hash((1, 2)) == hash((1, 2)), isinstance(True, int), type(True) is int, object() == object())
b = B()
b.__call__ = lambda: 5
try: b()
except TypeError as e: print(e)
print(type(b).__name__, b.__class__ is B, type.__call__(int, "5"), type.mro(bool))
