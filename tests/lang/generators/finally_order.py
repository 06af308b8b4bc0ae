# A generator that is dropped runs its finally at once.
def g(name):
    try:
        yield 1
        yield 2
    finally:
        print("finally", name)
a = g("a")
next(a)
a = None
print("after a")
for x in g("b"):
    break
print("after b")
def f():
    c = g("c")
    next(c)
    print("leaving f")
f()
g("never started")
print("end")
