# An inner function keeps the variables of the outer one.
def counter(start=0):
    def step(by=1):
        nonlocal start
        start += by
        return start
    return step
a, b = counter(), counter(10)
print(a(), a(), b(5), a(), b())
def outer():
    x = 1
    def get(): return x
    def put(v):
        nonlocal x
        x = v
    return get, put
get, put = outer()
put(7)
print(get(), get.__closure__[0].cell_contents, get.__code__.co_freevars)
def make():
    fs = []
    for i in range(3):
        def f(): return i
        fs.append(f)
    return [f() for f in fs]
print(make())
def deep():
    a = 1
    def m():
        b = 2
        def n(): return a + b
        return n
    return m()()
print(deep())
