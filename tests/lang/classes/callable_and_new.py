# __call__, __new__, __init__.
class Single:
    instance = None
    def __new__(cls, *args):
        print("new", args)
        if cls.instance is None: cls.instance = super().__new__(cls)
        return cls.instance
    def __init__(self, *args): print("init", args)
print(Single(1) is Single(2))
class Other:
    def __new__(cls): return 5
    def __init__(self): print("not called")
print(Other())
class BadInit:
    def __init__(self): return 1
for bad in (lambda: BadInit(), lambda: object(1), lambda: object.__new__(), lambda: object.__new__(int), lambda: int.__new__(str)):
    try:
        bad()
    except TypeError as e:
        print(e)
class Takes: pass
try:
    Takes(1)
except TypeError as e:
    print(e)
