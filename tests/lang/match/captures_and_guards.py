# A name captures; a guard decides.
def f(x):
    match x:
        case n if isinstance(n, int) and n > 10: return f"big {n}"
        case int(n): return f"int {n}"
        case str() as s if s: return f"text {s}"
        case other: return f"other {other!r}"
for x in (50, 5, "hi", "", [1]):
    print(f(x))
match (1, 2):
    case (a, b) if a > b: print("greater")
    case (a, b): print("bound", a, b)
print(a, b)
match 5:
    case 6: pass
print("no match is no error")
