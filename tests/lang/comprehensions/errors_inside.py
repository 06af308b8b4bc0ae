# An exception in a comprehension is the enclosing code's.
def f(items):
    try:
        return [10 // i for i in items]
    except ZeroDivisionError:
        return "zero inside"
print(f([1, 2]), f([1, 0]))
def g():
    return {k: [v for v in range(k) if v / k < 0.5] for k in range(1, 4)}
print(g())
[1 / y for y in [1, 0]]
