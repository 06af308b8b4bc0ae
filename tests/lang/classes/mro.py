# The C3 order of bases.
class O: pass
class A(O): 
    def who(self): return ["A"] + super().who()
class B(O):
    def who(self): return ["B"] + super().who()
class Base(O):
    def who(self): return ["Base"]
class C(A, B, Base):
    def who(self): return ["C"] + super().who()
print(C().who(), [c.__name__ for c in C.mro()])
class X(A, B): pass
class Y(B, A): pass
try:
    class Z(X, Y): pass
except TypeError as e:
    print(e)
try:
    class D(A, A): pass
except TypeError as e:
    print(e)
