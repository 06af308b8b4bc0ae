# bool is an int with two values.
print(True + True, True * 10, sum([True, False, True]), ["a", "b"][True])
print(True & False, True | False, True ^ True, ~(True + 0), type(True & True), type(True + 0))
print(bool("False"), int(True), isinstance(True, int), True == 1)
print(f"{True} {True:d} {True:5}|", str(False), repr(True))
try:
    class B(bool): pass
except TypeError as e:
    print(e)
