# IEEE arithmetic with Python's floor division and remainder.
print(7.5 // 2, -7.5 // 2, 7.5 % 2, -7.5 % 2, 7.5 % -2, -0.0 % 3, 5.0 // 0.1)
print(1e308 * 10, -1e308 * 10, 2.0 ** 0.5, (-8.0) ** 2, 0.0 ** 0)
print((-8) ** (1 / 3))
for text in ("2.0 ** 10000", "0.0 ** -1", "1 / 0.0", "1.5 // 0.0"):
    try:
        print(eval(text))
    except (OverflowError, ZeroDivisionError) as e:
        print(type(e).__name__, e)
