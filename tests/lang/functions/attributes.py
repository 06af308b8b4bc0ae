# Functions are objects.
def f(a: int, b: str = "x") -> bool:
    "The docstring."
    local = 1
    return True
print(f.__name__, f.__qualname__, f.__doc__, f.__module__, f.__annotations__, f.__defaults__, f.__code__.co_varnames, f.__code__.co_argcount, f.__code__.co_name)
f.note = 5
print(f.note, f.__dict__, callable(f), type(f).__name__)
def outer():
    def inner(): pass
    return inner
print(outer().__qualname__, outer.__code__.co_consts is not None, (lambda: 0).__qualname__)
import types
print(isinstance(f, types.FunctionType), isinstance(len, types.BuiltinFunctionType), len.__name__, [].append.__name__, str.upper.__name__)
g = types.FunctionType(f.__code__, {}, "renamed")
print(g.__name__, g(1, 2))
