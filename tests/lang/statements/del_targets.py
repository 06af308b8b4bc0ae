# del in all forms.
a, b, c = [1, 2, 3, 4], {"x": {"y": 1, "z": 2}}, 5
del a[0], b["x"]["y"], c
print(a, b)
del a[::2], (b)
print(a, "b" in globals())
class C: pass
o = C(); o.p = o.q = 1
del o.p, o.q
print(vars(o))
x, (y, z) = 1, (2, 3)
del x, (y, [z])
print("x" in globals(), "z" in globals())
