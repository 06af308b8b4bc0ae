# Tuples.
t = (1, "a", [2])
print(t, (), (1,), 1, t[1], t[-1], t[:2], len(t), t + (4,), (1, 2) * 2, "a" in t, t.index("a"), t.count(1))
t[2].append(3)
print(t, hash((1, 2)) == hash((1, 2)), (1, 2) < (1, 3), (1,) < (1, 0), (1, 2) == (1, 2.0), tuple("ab"), tuple([1]))
for bad in (lambda: hash(t), lambda: t[5], lambda: t.index(9), lambda: (1,) + [1], lambda: t.append):
    try:
        bad()
    except (TypeError, IndexError, ValueError, AttributeError) as e:
        print(type(e).__name__, e)
try:
    t[0] = 1
except TypeError as e:
    print(e)
try:
    t[2] += [9]
except TypeError as e:
    print(e, t)
