# Sequence patterns match lists and tuples, not strings.
def f(x):
    match x:
        case []: return "empty"
        case [a]: return f"one {a}"
        case [1, *rest]: return f"one first, then {rest}"
        case (a, b): return f"pair {a} {b}"
        case [a, _, *_, z]: return f"{a}..{z}"
        case _: return "no sequence"
for x in ([], [7], (1, 2, 3), [4, 5], (4, 5, 6, 7), "ab", range(3), {1, 2}, b"ab", iter([1]), [[1]]):
    print(f(x))
match [1, [2, [3, 4]]]:
    case [a, [b, [*c]]]: print(a, b, c)
from collections import deque
match deque([1, 2]):
    case [x, y]: print("deque", x, y)
