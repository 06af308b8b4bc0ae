# Arithmetic in a loop, with values that fit no immediate word too.
x = 1e-200
for i in range(5):
    x *= 1e50
    print(x, x == float(repr(x)))
small = 1e-300
print(small * small, small / 3, small + 1 == 1)
