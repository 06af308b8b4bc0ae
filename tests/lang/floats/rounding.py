# round goes to even, and works on the exact value.
print([round(x) for x in (0.5, 1.5, 2.5, -0.5, -1.5, 2.675, 1e16)])
print(round(2.675, 2), round(1234.5678, -2), round(0.125, 2), round(1.0, 3), round(5.015, 2), round(-2.5))
print(type(round(1.0)), type(round(1.0, 0)), round(1e300, -299))
import math
print(math.floor(-1.5), math.ceil(-1.5), math.trunc(-1.5), int(1e20))
