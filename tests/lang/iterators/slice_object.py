# slice objects.
s = slice(1, 10, 2)
print(s, s.start, s.stop, s.step, s.indices(6), slice(None).indices(3), slice(-3, None).indices(5), slice(None, None, -1).indices(4), [1, 2, 3, 4][slice(1, 3)], s == slice(1, 10, 2), hash(s) == hash(slice(1, 10, 2)))
for bad in (lambda: s.indices(-1), lambda: [1][slice("a")], lambda: slice(1, 2, 0).indices(3), lambda: slice()):
    try:
        bad()
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
