# for with odd targets; loops with try and else.
pairs = [(1, [2, 3]), (4, [5, 6])]
for a, [b, c] in pairs: print(a, b, c)
for i, *rest in ["abc", "de"]: print(i, rest)
d = {}
for d["key"] in range(3): pass
print(d)
for n in range(2, 12):
    for k in range(2, n):
        if n % k == 0: break
    else:
        print(n, end=" ")
print()
for i in range(3):
    try:
        if i == 1: raise ValueError
    except ValueError:
        continue
    else:
        print("else", i)
    finally:
        print("finally", i)
