# except matches subclasses, in order; a non-class does not match.
class Base(Exception): pass
class Derived(Base):
    def __init__(self, code): super().__init__(f"code {code}"); self.code = code
for exc in (Derived(5), Base("b"), Exception("e")):
    try: raise exc
    except Derived as d: print("derived", d, d.code, d.args)
    except Base as b: print("base", b)
    except Exception as e: print("exception", e)
try:
    try: raise ValueError("v")
    except "not a class": pass
except TypeError as t:
    print(t)
for thing in (5, "text", int, None):
    try: raise thing
    except TypeError as t: print(t)
print([c.__name__ for c in FileNotFoundError.__mro__], issubclass(KeyError, LookupError), issubclass(KeyboardInterrupt, Exception))
