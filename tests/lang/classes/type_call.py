# type makes classes; type(x) asks for one.
C = type("C", (int,), {"double": lambda self: self * 2, "__doc__": "made"})
print(C(4).double(), C.__doc__, C.__name__, C.__bases__, type(C(1)), type(type))
for bad in (lambda: type(), lambda: type(1, 2), lambda: type("X", 5, {}), lambda: type("X", (), 5), lambda: type(5, (), {}), lambda: type("X", (5,), {}), lambda: type("B", (bool,), {}), lambda: type("N", (type(None),), {}), lambda: type("F", (type(lambda: 0),), {})):
    try:
        bad()
    except TypeError as e:
        print(e)
