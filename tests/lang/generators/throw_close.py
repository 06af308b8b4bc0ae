# throw raises at the yield; close raises GeneratorExit there.
def g():
    try:
        while True:
            try:
                yield 1
            except ValueError as e:
                print("caught", e)
                yield "handled"
    finally:
        print("cleanup")
a = g()
next(a)
print(a.throw(ValueError("x")), next(a))
a.close()
a.close()
b = g(); next(b)
try:
    b.throw(KeyError("k"))
except KeyError as e:
    print("came out", e)
def stubborn():
    try:
        yield
    except GeneratorExit:
        yield "no"
s = stubborn(); next(s)
try:
    s.close()
except RuntimeError as e:
    print(e)
def ret():
    try: yield 1
    except GeneratorExit: return "closed value"
r = ret(); next(r)
print(r.close(), g().close())
try:
    g().throw(ValueError("not started"))
except ValueError as e:
    print(e)
