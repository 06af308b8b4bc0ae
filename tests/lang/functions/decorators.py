# A decorator replaces what it decorates; the lowest is applied first.
def tag(name):
    def deco(f):
        def wrapper(*args, **kw):
            return f"<{name}>{f(*args, **kw)}</{name}>"
        wrapper.__name__ = f.__name__
        return wrapper
    return deco
@tag("b")
@tag("i")
def hello(who): return "hi " + who
print(hello("you"), hello.__name__)
registry = []
def register(cls):
    registry.append(cls.__name__)
    return cls
@register
class A: pass
@(lambda f: 42)
def answer(): pass
print(registry, answer)
class Count:
    def __init__(self, f): self.f, self.n = f, 0
    def __call__(self, *a):
        self.n += 1
        return self.f(*a)
@Count
def twice(x): return 2 * x
print(twice(3), twice(4), twice.n)
