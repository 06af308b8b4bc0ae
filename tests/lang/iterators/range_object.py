# range is a sequence.
r = range(1, 20, 3)
print(r, len(r), r[2], r[-1], r[1:3], 7 in r, 8 in r, r.index(10), r.count(4), r == range(1, 21, 3), hash(r) == hash(range(1, 20, 3)), r.start, r.stop, r.step, bool(range(0)), list(reversed(r)))
print(range(10 ** 20, 10 ** 20 + 3)[1], len(range(0, 10 ** 18, 7)), 10 ** 18 in range(0, 10 ** 19, 10), range(5) == range(0, 5, 1), range(0) == range(2, 1), r[::-1], 3.0 in range(5), "a" in range(5))
print(list(range(10 ** 20, 10 ** 20 + 2)), sum(range(10 ** 6)), max(range(5)), list(range(2 ** 63 - 2, 2 ** 63 + 1)))
for bad in (lambda: r[10], lambda: range(1.5), lambda: r.index(2), lambda: len(range(10 ** 20))):
    try:
        bad()
    except (IndexError, TypeError, ValueError, OverflowError) as e:
        print(type(e).__name__, e)
