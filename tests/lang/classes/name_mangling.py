# Names with two leading underscores are private to the class body.
class A:
    __secret = 1
    def __hidden(self): return "hidden"
    def show(self): return self.__secret, self.__hidden()
    def __dunder__(self): return "not mangled"
class B(A):
    __secret = 2
    def both(self): return self.__secret, self._A__secret
a, b = A(), B()
print(a.show(), b.show(), b.both(), sorted(n for n in vars(A) if "secret" in n or "hidden" in n), a.__dunder__())
try:
    a.__secret
except AttributeError as e:
    print(e)
class _Under:
    def __init__(self): self.__x = 1
print(vars(_Under()))
