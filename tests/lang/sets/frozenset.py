# frozenset is hashable.
f = frozenset([3, 1, 2])
print(f, hash(f) == hash(frozenset([1, 2, 3])), {f: "v"}[frozenset({1, 2, 3})], f | {4}, {4} | f, type(f | {4}).__name__, type({4} | f).__name__, f == {1, 2, 3}, frozenset())
print({frozenset({1})}, {1} in {frozenset({1})}, f.copy() is f, frozenset(f) is f)
try:
    f.add(1)
except AttributeError as e:
    print(e)
