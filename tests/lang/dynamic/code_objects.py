# What a function's code tells.
def f(a, b=1, /, c=2, *args, d, e=3, **kw):
    x = a + b
    y = lambda: x
    return y
c = f.__code__
print(c.co_name, c.co_argcount, c.co_posonlyargcount, c.co_kwonlyargcount, c.co_varnames, c.co_cellvars, c.co_freevars, c.co_firstlineno, c.co_flags & 0x0C, c.co_nlocals, c.co_qualname)
import inspect
print(inspect.signature(f), inspect.getfullargspec(f).args, inspect.isfunction(f), inspect.getsource(f).splitlines()[0])
g = f.__code__.replace(co_name="renamed")
print(g.co_name)
def plain(): return 1
def other(): return 2
plain.__code__ = other.__code__
print(plain())
