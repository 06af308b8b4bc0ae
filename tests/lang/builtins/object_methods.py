# The methods that every object has.
o = object()
print(o.__eq__(o), o.__eq__(1), o.__ne__(o), o.__hash__() == hash(o), o.__class__, o.__doc__ is not None, o.__format__("") == str(o), o.__reduce_ex__(2)[0].__name__, (5).__class__, (5).__add__(3), (5).__add__("x"), "a".__len__(), [1].__contains__(1), (5).__lt__(6), (5).__bool__(), "x".__eq__(5), [3].__getitem__(0), {}.__repr__(), int.__call__("5") if False else int("5"))
try: format(o, ">5")
except TypeError as e: print(e)
print(int.__new__(int, 5), str.__str__("x"), type.__repr__(int), object.__repr__(5).split(" at ")[0], list.__len__([1, 2]), int.__doc__.split("\n")[0], (1).__init__(), list.__add__([1], [2]))
