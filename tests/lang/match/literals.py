# Literal patterns, alternatives and the wildcard.
def f(x):
    match x:
        case 0: return "zero"
        case 1 | 2 | 3: return "small"
        case -1: return "minus one"
        case 2.5: return "float"
        case "a" | b"a": return "letter"
        case True: return "never: 1 matched"
        case None: return "none"
        case 1 + 2j: return "complex"
        case _: return "other"
for x in (0, 1, 3, -1, 2.5, "a", b"a", True, None, 1 + 2j, [], 0.0):
    print(repr(x), f(x))
