# Views follow the dict, and keys behave as a set.
d = {"a": 1, "b": 2}
k, v, i = d.keys(), d.values(), d.items()
d["c"] = 3
print(k, v, i, len(k), "a" in k, 3 in v, ("a", 1) in i, ("a", 2) in i)
print(sorted(k & {"a", "z"}), sorted(k | {"z"}), sorted(k - {"a"}), sorted(k ^ {"a", "z"}), k == {"a", "b", "c"}, k.isdisjoint("xy"), k <= {"a", "b", "c", "d"}, sorted(i & {("a", 1)}), k.mapping)
try:
    v & {1}
except TypeError as e:
    print(e)
