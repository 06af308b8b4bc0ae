# The order of small sets of ints is CPython's.
print({3, 1, 2}, {10, 5, 100, -1}, {1000, 2000, 3000}, set(range(20)), {8, 16, 24, 32, 0})
s = set()
for i in (50, 3, 77, 12, 9, 64, 33, 128):
    s.add(i)
print(s)
s.discard(77); s.add(5)
print(s, list(s), {x * 7 for x in range(10)}, {0.5, 1.5, 2}, {(1, 2), (3, 4)})
