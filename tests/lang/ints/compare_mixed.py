# ints compare with floats by value, exactly.
print(2 ** 53 == 2.0 ** 53, 2 ** 53 + 1 == 2.0 ** 53, 2 ** 53 + 1 > 2.0 ** 53)
print(10 ** 400 > 1e308, -10 ** 400 < float("-inf"), 10 ** 400 < float("inf"), 1 < float("nan"))
print(sorted([3, 1.5, 2, True, -0.5]), max(1, 1.0), max(1.0, 1), min(2, 2.0))
