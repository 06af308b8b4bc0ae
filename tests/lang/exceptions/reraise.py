# A bare raise raises what is being handled.
def f():
    try: 1 / 0
    except ZeroDivisionError:
        print("logging")
        raise
try: f()
except ZeroDivisionError as e: print("outer", e)
try:
    raise
except RuntimeError as e:
    print(e)
def g():
    try: raise ValueError("first")
    except ValueError as e:
        try: raise KeyError("second")
        except KeyError: pass
        raise
try: g()
except ValueError as e: print(repr(e), repr(e.__context__))
def helper(): raise
try:
    try: [][1]
    except IndexError: helper()
except IndexError as e: print("from helper", e)
