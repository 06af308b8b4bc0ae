# A list's iterator looks at the list's current length.
a = [1, 2, 3]
for x in a:
    if len(a) < 6:
        a.append(x * 10)
print(a)
b = [1, 2, 3, 4]
for x in b:
    b.remove(x)
print(b)
it = iter([1, 2])
print(next(it), it.__length_hint__(), list(it), list(it))
c = [0, 1, 2]
for i, x in enumerate(c):
    if i == 0:
        del c[:]
print(c)
