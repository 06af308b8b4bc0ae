# sys.exc_info and sys.exception follow the handlers.
import sys
print(sys.exc_info())
try:
    1 / 0
except ZeroDivisionError as e:
    t, v, tb = sys.exc_info()
    print(t.__name__, v is e, tb is e.__traceback__, sys.exception() is e)
    try: raise KeyError("k")
    except KeyError: print(repr(sys.exception()))
    print(repr(sys.exception()))
print(sys.exception())
def f():
    try: raise ValueError
    except ValueError: return sys.exception()
print(repr(f()), sys.exception())
