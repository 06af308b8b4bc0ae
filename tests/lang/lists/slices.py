# Slices read, replace, insert and delete.
a = list(range(10))
print(a[2:5], a[::-1], a[::3], a[-3:], a[8:2:-2], a[5:5], a[100:], a[:])
a[2:5] = ["x"]; print(a)
a[1:1] = [7, 8]; print(a)
a[::2] = [0] * len(a[::2]); print(a)
del a[1:3]; print(a)
del a[::2]; print(a)
a[:] = "ab"; print(a)
a[len(a):] = [1]; a[:0] = [0]; print(a)
a[1:3] = a; print(a)
for bad in ("a[::2] = [1]", "a[0:1] = 5", "a[::0]", "a[9] = 1", "del a[9]"):
    try:
        exec(bad)
    except (ValueError, TypeError, IndexError) as e:
        print(bad, type(e).__name__, e)
