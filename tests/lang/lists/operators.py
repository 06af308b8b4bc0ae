# + * in == < on lists.
a = [1, 2]
b = a
a += [3]; print(a, b is a)
a = a + [4]; print(a, b)
b *= 2; print(b, [0] * 3, 2 * [1, 2], [1] * -1)
print(2 in a, 9 in a, 9 not in a, a == [1, 2, 3, 4], [1, 2] < [1, 3], [1] < [1, 0], [] < [1], [2] > [1, 9], [1.0, True] == [1, 1])
a += "xy"; a += (5,); print(a)
for bad in (lambda: [1] + (2,), lambda: [1] * 1.5, lambda: [1] < (1,), lambda: [1] < ["a"], lambda: [1] + None, lambda: hash([])):
    try:
        bad()
    except TypeError as e:
        print(e)
