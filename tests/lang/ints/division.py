# Floor division and remainder follow the sign of the divisor, also for big numbers.
for a in (7, -7, 10 ** 20 + 7, -10 ** 20 - 7):
    for b in (3, -3, 10 ** 10 + 1, -10 ** 10 - 1):
        q, r = divmod(a, b)
        print(a, b, q, r, q * b + r == a)
for text in ("1 // 0", "1 % 0", "1 / 0", "divmod(1, 0)", "1.0 // 0", "1.0 % 0", "0 ** -1"):
    try:
        eval(text)
    except ZeroDivisionError as e:
        print(text, "->", e)
