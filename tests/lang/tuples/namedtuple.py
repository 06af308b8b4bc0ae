# Tuples with names.
from collections import namedtuple
P = namedtuple("P", "x y", defaults=[0])
p = P(1)
print(p, p.x, p[1], p._replace(y=5), p._asdict(), P._fields, P(*[3, 4]), p == (1, 0), P._make([7, 8]), p._field_defaults)
x, y = p
print(x, y, isinstance(p, tuple), hash(p) == hash((1, 0)))
try:
    p.x = 1
except AttributeError as e:
    print(e)
try:
    P()
except TypeError as e:
    print(e)
