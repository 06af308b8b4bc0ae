# A subclass of int keeps its own behaviour; plain arithmetic gives plain ints.
class Even(int):
    def __new__(cls, value):
        return super().__new__(cls, value // 2 * 2)
    def __repr__(self):
        return f"Even({int(self)})"
    def __add__(self, other):
        return Even(int(self) + other)
e = Even(7)
print(e, repr(e), e + 3, type(e * 2).__name__, 1 + e, e == 6, hash(e) == hash(6))
e.note = "attributes work"
print(e.note, [10, 20, 30, 40, 50, 60, 70][e], isinstance(e, int))
