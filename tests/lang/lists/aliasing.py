# Copies are shallow.
grid = [[0] * 2] * 2
grid[0][0] = 1
print(grid)
grid = [[0] * 2 for _ in range(2)]
grid[0][0] = 1
print(grid)
a = [1, [2]]
b = a[:]
b[0] = 9; b[1].append(3)
print(a, b)
a.append(a)
print(a, a[2] is a, a == a)
