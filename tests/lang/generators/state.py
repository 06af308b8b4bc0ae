# What can be seen of a generator.
def g():
    x = 1
    yield x
    yield 2
a = g()
print(a.gi_running, a.gi_frame is not None, a.__name__, a.gi_yieldfrom, a.gi_code.co_name)
list(a)
print(a.gi_frame)
import inspect
b = g()
print(inspect.getgeneratorstate(b)); next(b)
print(inspect.getgeneratorstate(b)); b.close()
print(inspect.getgeneratorstate(b))
def selfish():
    try:
        next(me)
    except ValueError as e:
        print(e)
    yield
me = selfish()
next(me)
