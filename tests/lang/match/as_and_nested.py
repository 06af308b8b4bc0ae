# `as` names what matched; patterns nest.
def f(cmd):
    match cmd.split():
        case ["go", ("north" | "south") as where]: return f"go {where}"
        case ["get", *items] if items: return f"get {items}"
        case ["quit" | "exit" as how]: return how
        case [x, [] as y]: return "never"
        case [] | [_]: return "short"
    return "unknown"
for c in ("go north", "go up", "get a b", "get", "exit", "", "x y z"):
    print(f(c))
match = 3
case = match + 1
print(match, case)
def ev(t):
    match t:
        case ("+", a, b): return ev(a) + ev(b)
        case ("*", a, b): return ev(a) * ev(b)
        case ("neg", a): return -ev(a)
        case int() | float(): return t
print(ev(("+", 1, ("*", 2, ("neg", 3)))))
