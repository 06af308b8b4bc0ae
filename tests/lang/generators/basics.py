# A generator runs until its next yield each time it is asked.
def g(n):
    print("start")
    for i in range(n):
        print("before", i)
        yield i * i
        print("after", i)
    print("end")
it = g(2)
print("made", next(it))
print(next(it))
try:
    next(it)
except StopIteration as e:
    print("stopped", e.value)
print(next(it, "default"), list(g(1)), it is iter(it))
def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b
for x in fib():
    if x > 50: break
    print(x, end=" ")
print()
