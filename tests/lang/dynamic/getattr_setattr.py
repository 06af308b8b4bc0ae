# Attributes by computed name.
class C: x = 1
c = C()
for i in range(3): setattr(c, "a" + str(i), i)
print([getattr(c, "a" + str(i)) for i in range(3)], getattr(c, "zz", "default"), hasattr(c, "x"), hasattr(c, "y"))
delattr(c, "a1")
print(vars(c), getattr("abc", "upper")(), getattr(c, "no such name", 0))
setattr(c, "odd name", 5)
print(c.__dict__, getattr(c, "odd name"))
try: getattr(c, "q")
except AttributeError as e: print(e, e.name, e.obj is c)
