# What goes wrong while sorting.
for bad in (lambda: [1, "a"].sort(), lambda: sorted([1, None]), lambda: [3, 1].sort(key=5), lambda: sorted([1], None), lambda: [1].sort(lambda x: x), lambda: sorted([2, 1], key=lambda x: 1 / 0), lambda: sorted(5)):
    try:
        bad()
    except (TypeError, ZeroDivisionError) as e:
        print(type(e).__name__, e)
a = [3, 2, 1]
def nosy(x):
    a.append(x)
    return x
try:
    a.sort(key=nosy)
except ValueError as e:
    print(e)
print(a)
