# Dicts keep insertion order; replacing a value does not move its key.
d = {}
for k in "cab":
    d[k] = k
d["c"] = "again"
print(d)
del d["c"]; d["c"] = "last"
print(d, list(reversed(d)), list(reversed(d.items())))
print({"a": 1, "b": 2} == {"b": 2, "a": 1}, next(iter(d)))
