# Unpacking of any iterable, with stars and nesting.
a, b = 1, 2
(c, d), e = (3, 4), 5
[f, *g] = "hello"
*h, i = range(4)
j, *k, l = [1, 2]
m, (n, *o), p = 1, "xyz", 3
print(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p)
for x, (y, z) in [(1, (2, 3)), (4, (5, 6))]:
    print(x, y, z)
d = {}
d["k"], d["l"] = 1, 2
print(d, [*range(3), *"ab"], (*[1], 2), {*[1, 1], 2}, {**d, "m": 3})
for bad in ("a, b = 1,", "a, b = 1, 2, 3", "a, *b, c = [1]", "a, b = 5", "a, b = {1, 2, 3}", "(a, b), c = 1, 2", "a, b = iter([1,2,3])"):
    try:
        exec(bad)
    except (ValueError, TypeError) as e:
        print(bad, "->", type(e).__name__, e)
