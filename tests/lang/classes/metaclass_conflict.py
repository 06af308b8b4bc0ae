# The metaclass of a class is the most derived one.
class M1(type): pass
class M2(type): pass
class M3(M1): pass
class A(metaclass=M1): pass
class B(metaclass=M2): pass
class C(A, metaclass=M3): pass
class D(C, A): pass
print(type(C).__name__, type(D).__name__)
try:
    class E(A, B): pass
except TypeError as e:
    print(e)
def factory(name, bases, ns):
    return (name, bases, "made by a function")
class F(int, metaclass=factory): pass
print(F)
