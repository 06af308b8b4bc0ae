# List, set, dict comprehensions and generator expressions.
print([x * x for x in range(5)], {x % 3 for x in range(10)}, {x: str(x) for x in range(3)}, sum(x for x in range(10)))
print([(x, y) for x in range(3) for y in "ab" if x != 1], [x for x in range(20) if x % 2 if x % 3], [[y for y in range(x)] for x in range(4)])
print([x if x % 2 else -x for x in range(5)], [a + b for a, b in [(1, 2), (3, 4)]], [*(i for i in "xy")], list(x for x in []))
m = [[1, 2, 3], [4, 5, 6]]
print([[row[i] for row in m] for i in range(3)], [x for row in m for x in row])
