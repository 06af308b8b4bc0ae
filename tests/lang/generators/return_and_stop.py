# return ends a generator; StopIteration inside becomes RuntimeError.
def f():
    yield 1
    return 5
    yield 2
print(list(f()))
def g():
    yield 1
    raise StopIteration("odd")
try:
    list(g())
except RuntimeError as e:
    print(e, repr(e.__cause__))
def h():
    yield next(iter([]))
try:
    list(h())
except RuntimeError as e:
    print(e)
def never():
    return
    yield
print(list(never()), type(never()).__name__)
