# A generator expression evaluates its first iterable at once, the rest when asked.
def source():
    print("source called")
    return [1, 2, 3]
g = (x * 10 for x in source())
print("made")
print(next(g), list(g), list(g))
n = 1
g = (n * x for x in [1, 2])
n = 100
print(list(g))
try:
    (x for x in 5)
except TypeError as e:
    print(e)
g = (1 / x for x in (1, 0, 2))
print(next(g))
try:
    next(g)
except ZeroDivisionError as e:
    print(e, list(g))
