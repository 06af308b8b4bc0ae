# yield from passes everything through, and gives the inner return value.
def inner():
    try:
        x = yield 1
        print("got", x)
        yield 2
    except KeyError:
        print("inner caught")
        yield 99
    return "result"
def outer():
    r = yield from inner()
    print("inner returned", r)
    yield from [10, 20]
    yield from "ab"
print(list(outer()))
o = outer()
print(next(o), o.send("hello"))
o = outer(); next(o)
print(o.throw(KeyError), list(o))
def tree(t):
    if t:
        yield from tree(t[0]); yield t[1]; yield from tree(t[2])
print(list(tree(((None, 1, None), 2, ((None, 3, None), 4, None)))))
try:
    list((lambda: (yield from 5))())
except TypeError as e:
    print(e)
