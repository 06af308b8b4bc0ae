# map, filter and zip pull only what they need, in order.
def src(name, n):
    for i in range(n):
        print("pull", name, i)
        yield i
z = zip(src("a", 2), src("b", 1))
print(next(z))
print(next(z, "end"))
m = map(lambda x: x * 10, filter(lambda x: x % 2, src("c", 4)))
print(next(m))
print(any(x > 0 for x in src("d", 5)))
