# zip, map, filter, enumerate, reversed, any, all.
print(list(zip([1, 2, 3], "ab")), list(zip()), list(zip([1, 2], repeat := [3, 4], "xy")), dict(zip("ab", [1, 2])))
print(list(map(str, [1, 2])), list(map(lambda a, b: a + b, [1, 2], [10, 20, 30])), list(filter(None, [0, 1, "", "a"])), list(filter(lambda x: x > 1, [1, 2, 3])))
print(list(enumerate("ab", 5)), list(reversed([1, 2, 3])), list(reversed("abc")), list(reversed(range(3))), any([0, 1]), all([1, 0]), any([]), all([]))
print(sum([1, 2], 10), sum([[1], [2]], []), min(3, 1, 2), max("abc", key=ord), min([], default="none"), max([1, 5], [2]), min("b", "a", key=lambda s: -ord(s)))
for bad in (lambda: list(zip([1], [1, 2], strict=True)), lambda: list(zip([1, 2], [1], strict=True)), lambda: reversed({1}), lambda: sum(["a"]), lambda: max(1), lambda: list(map(None, [1])), lambda: sum(["a"], "")):
    try:
        bad()
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
