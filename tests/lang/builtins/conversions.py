# int, float, str, bool, list, tuple, set, dict, bytes, complex as constructors.
class C:
    def __int__(self): return 7
    def __float__(self): return 2.5
    def __complex__(self): return 1j
    def __bool__(self): return False
    def __str__(self): return "str"
    def __bytes__(self): return b"bytes"
    def __iter__(self): return iter([1, 2])
    def __len__(self): return 2
c = C()
print(int(c), float(c), complex(c), bool(c), str(c), bytes(c), list(c), tuple(c), set(c), frozenset(c))
print(int("0b11", 0), int(b"12"), float(b"1.5"), list({1: 2}), dict([["a", 1]]), tuple("ab"), bytes([65]), bool("0"), str(b"x", "ascii"))
for bad in (lambda: int("1.5"), lambda: int(None), lambda: float("x"), lambda: complex("1+"), lambda: list(1), lambda: dict("ab"), lambda: bytes("é"), lambda: int([1]), lambda: int("5", 1), lambda: float(1j), lambda: int(1j)):
    try: bad()
    except (ValueError, TypeError) as e: print(type(e).__name__, e)
