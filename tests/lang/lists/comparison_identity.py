# Containers compare by identity first.
class Odd:
    def __eq__(self, other): return False
    __hash__ = object.__hash__
o = Odd()
print(o == o, [o] == [o], o in [o], [o].count(o), [o].index(o), (o,) == (o,), {1: o} == {1: o}, {o} == {o})
