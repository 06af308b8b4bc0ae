# What with asks of an object.
class NoEnter:
    def __exit__(self, *a): pass
class NoExit:
    def __enter__(self): pass
class BadExit:
    def __enter__(self): return 1
    def __exit__(self, *a): raise RuntimeError("exit failed")
class BadEnter:
    def __enter__(self): raise ValueError("enter failed")
    def __exit__(self, *a): print("not called")
for cm in (NoEnter, NoExit, BadExit, BadEnter, int):
    try:
        with cm(): pass
    except (TypeError, RuntimeError, ValueError) as e:
        print(type(e).__name__, e)
try:
    with BadExit(): raise KeyError("k")
except RuntimeError as e:
    print(repr(e), repr(e.__context__))
