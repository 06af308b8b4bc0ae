# The rest: chr, ord, vars, iter with sentinel, next, zip of unequal lengths, breakpoint hook.
import sys
print(chr(8364), ord("€"), list(iter([1, 2, 3].pop, 1)), next(iter("ab")), next(iter([]), 0), vars(type("T", (), {"a": 1}))["a"])
sys.breakpointhook = lambda *a, **k: print("hook", a, k)
breakpoint(1, x=2)
print(__name__, __doc__, __builtins__.__name__ if hasattr(__builtins__, "__name__") else "dict", __debug__, type(__loader__).__name__ != "", __spec__)
print(copyright is not None, quit.__class__.__name__, [*map(type, (exit, license))] != [])
