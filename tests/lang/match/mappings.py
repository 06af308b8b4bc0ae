# Mapping patterns match some of the keys.
def f(x):
    match x:
        case {"type": "point", "x": x, "y": y}: return f"point {x},{y}"
        case {"type": t, **rest}: return f"{t} with {rest}"
        case {1: one, None: none}: return f"{one} {none}"
        case {}: return "some mapping"
        case _: return "not a mapping"
for x in ({"type": "point", "x": 1, "y": 2, "z": 3}, {"type": "line", "n": 1}, {1: "a", None: "b"}, {}, {"q": 1}, [("type", 1)]):
    print(f(x))
