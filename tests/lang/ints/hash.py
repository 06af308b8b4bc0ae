# Equal numbers have equal hashes.
for n in (0, 1, -1, -2, 2 ** 61 - 1, 2 ** 61, 2 ** 100, -2 ** 100, 10 ** 30):
    print(n, hash(n))
print(hash(1.0), hash(True), hash(0.5), hash(-0.0), hash(1e300), hash(float("inf")), hash(2 + 0j), hash(1 + 2j))
print({1: "a", 1.0: "b", True: "c"})
