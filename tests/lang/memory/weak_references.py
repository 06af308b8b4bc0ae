# Weak references do not keep their object.
import weakref
class C:
    def __init__(self, n): self.n = n
    def __repr__(self): return f"C({self.n})"
c = C(1)
r = weakref.ref(c, lambda ref: print("callback", ref() is None))
p = weakref.proxy(c)
print(r() is c, p.n, weakref.getweakrefcount(c), r == weakref.ref(c), weakref.ref(c) is weakref.ref(c))
del c
print(r())
try:
    p.n
except ReferenceError as e:
    print(e)
d = weakref.WeakValueDictionary(); k = weakref.WeakKeyDictionary(); s = weakref.WeakSet()
x, y = C(2), C(3)
d["x"] = x; k[x] = "value"; s.add(x); s.add(y)
print(dict(d), len(k), len(s))
del x
print(dict(d), len(k), s.pop() is y)
f = weakref.finalize(y, print, "finalized")
del y
for bad in (lambda: weakref.ref(1), lambda: weakref.ref("s"), lambda: weakref.ref([])):
    try: bad()
    except TypeError as e: print(e)
class S: __slots__ = ()
try: weakref.ref(S())
except TypeError as e: print(e)
class M:
    def m(self): return "m"
o = M(); w = weakref.WeakMethod(o.m)
print(w()())
