# __dict__ is the live namespace of an instance.
class C: pass
c = C()
c.a = 1
d = c.__dict__
d["b"] = 2
print(c.b, d, vars(c) is d)
c.c = 3
del c.a
print(d, list(d), len(d), "c" in d, d == {"b": 2, "c": 3})
c.__dict__ = {"fresh": 9}
print(c.fresh, d, hasattr(c, "b"))
try:
    c.__dict__ = 5
except TypeError as e:
    print(e)
d2 = c.__dict__
d2[5] = "odd key"
print(c.__dict__)
print(type(C.__dict__).__name__, "__dict__" in C.__dict__)
try:
    C.__dict__["x"] = 1
except TypeError as e:
    print(e)
