# Hashes of tuples are CPython's.
print(hash(()), hash((1,)), hash((1, 2, 3)), hash((0.5, (1, 2))), hash((1, (2, (3,)))))
print({(1, 2): "a"}[(1, 2)], (1, 2) in {(1, 2)}, hash(frozenset()), hash(frozenset([1, 2, 3])))
