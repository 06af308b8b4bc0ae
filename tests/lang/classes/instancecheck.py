# isinstance and issubclass may be customised.
class Meta(type):
    def __instancecheck__(cls, x): return x == "special"
    def __subclasscheck__(cls, c): return c is int
class C(metaclass=Meta): pass
print(isinstance("special", C), isinstance(1, C), issubclass(int, C), issubclass(str, C), isinstance(C(), C))
print(isinstance(1, int | str), isinstance(1, (str, (float, int))), issubclass(bool, int | None))
for bad in (lambda: isinstance(1, "int"), lambda: issubclass(1, int), lambda: issubclass(int, 1), lambda: isinstance(1, [int])):
    try:
        bad()
    except TypeError as e:
        print(e)
