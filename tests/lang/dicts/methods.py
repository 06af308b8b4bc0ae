# The methods of dict.
d = {"a": 1, "b": 2}
print(d["a"], d.get("z"), d.get("z", 0), d.setdefault("c", 3), d.setdefault("a", 9), d.pop("b"), d.pop("q", None), d)
d.update({"x": 1}); d.update(y=2); d.update([("z", 3)], w=4); print(d)
print(list(d), list(d.keys()), list(d.values()), list(d.items()), len(d), "x" in d, d.popitem(), d.copy() == d)
print(dict.fromkeys("ab"), dict.fromkeys([1, 2], 0), dict([(1, 2)]), dict(a=1), dict({"k": 1}, l=2), dict(zip("ab", [1, 2])))
d.clear(); print(d)
for bad in (lambda: d["k"], lambda: d.pop("k"), lambda: d.popitem(), lambda: {[]: 1}, lambda: dict([1]), lambda: dict([(1, 2, 3)]), lambda: d.update(5), lambda: dict(5), lambda: {1: 2} < {}, lambda: d.get()):
    try:
        bad()
    except (KeyError, TypeError, ValueError) as e:
        print(type(e).__name__, e)
