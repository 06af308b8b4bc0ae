# A free variable may be unbound when it is used.
def f():
    def g(): return later
    try:
        g()
    except NameError as e:
        print(type(e).__name__, e)
    later = 5
    print(g())
    del later
    try:
        g()
    except NameError as e:
        print(e)
f()
def h():
    try:
        print(x)
    except UnboundLocalError as e:
        print(e)
    x = 1
h()
