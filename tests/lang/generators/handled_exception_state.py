# sys.exception() in a generator is its own.
import sys
def g():
    print("in g", sys.exception())
    try:
        raise KeyError("inner")
    except KeyError:
        yield 1
        print("still", repr(sys.exception()))
    print("after", repr(sys.exception()))
    yield 2
try:
    raise ValueError("outer")
except ValueError:
    it = g()
    next(it)
    print("outside", repr(sys.exception()))
    next(it)
print(sys.exception())
