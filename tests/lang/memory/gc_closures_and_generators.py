# Cycles through functions, closures, generators, exceptions and bound methods.
import gc, weakref
class N: pass
def closure():
    n = N()
    def f(): return f, n
    return weakref.ref(n)
def generator():
    n = N()
    def g():
        me = n.it
        yield n
        yield
    n.it = g(); next(n.it)
    return weakref.ref(n)
def exception():
    n = N()
    try: raise ValueError
    except ValueError as e: n.e = e
    return weakref.ref(n)
def method():
    n = N()
    n.m = (lambda self: self).__get__(n)
    return weakref.ref(n)
def cls():
    class C: pass
    C.me = C()
    return weakref.ref(C)
refs = [f() for f in (closure, generator, exception, method, cls)]
gc.collect()
print([r() for r in refs])
