# abs, divmod, pow, round, min, max, sum, bin, oct, hex.
print(abs(-3), abs(-2.5), abs(3 - 4j), divmod(7, -2), divmod(-7.5, 2), pow(2, 10), pow(2.0, 3), pow(2, 5, 7))
print(round(2.567, 2), round(2.5), round(-3.5), round(123, -1), min([3, 1]), max(1, 2, key=lambda x: -x), sum((1, 2), 3), bin(5), oct(8), hex(-255))
class R:
    def __round__(self, n=None): return ("rounded", n)
    def __abs__(self): return "abs"
    def __divmod__(self, o): return ("divmod", o)
    def __pow__(self, o, m=None): return ("pow", o, m)
    def __trunc__(self): return "trunc"
    def __floor__(self): return "floor"
    def __index__(self): return 10
r = R()
import math
print(round(r), round(r, 2), abs(r), divmod(r, 1), pow(r, 2), pow(r, 2, 3), math.trunc(r), math.floor(r), hex(r), complex(r), float(r), int(r))
