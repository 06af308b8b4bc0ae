# repr gives the shortest text that reads back as the same float.
for x in (0.1, 1 / 3, 1e16, 1e15, 123456789.123, 1e-5, 0.0001, 1e22, 1e23, 5e-324, 1.7976931348623157e308, -0.0, 100.0, 1e100):
    print(repr(x), str(x), float(repr(x)) == x)
print(float("inf"), -float("inf"), float("nan"), 0.1 + 0.2, 1.1 * 3)
