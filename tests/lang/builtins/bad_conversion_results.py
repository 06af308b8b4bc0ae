# Special methods must return the right type.
class C:
    def __int__(self): return "x"
    def __float__(self): return 1
    def __index__(self): return 1.5
    def __repr__(self): return 5
    def __iter__(self): return 5
    def __len__(self): return "n"
    def __hash__(self): return "h"
    def __format__(self, s): return 1
    def __contains__(self, x): return 5
    def __bool__(self): return "b"
    def __complex__(self): return 2
    def __bytes__(self): return "s"
    def __dir__(self): return 5
c = C()
for f in (int, float, hex, repr, iter, len, hash, bool, complex, bytes, dir, str, "{}".format, lambda c: f"{c}", list, lambda c: [1][c]):
    try: print(f(c))
    except TypeError as e: print(e)
print(1 in c)
