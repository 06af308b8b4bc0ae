# __slots__ replaces the instance dict.
class S:
    __slots__ = ("a", "b")
    def __init__(self): self.a = 1
s = S()
s.b = 2
print(s.a, s.b, hasattr(s, "__dict__"), S.__slots__, type(S.a).__name__)
del s.a
for bad in ("s.a", "s.c = 1", "del s.a"):
    try:
        exec(bad)
    except AttributeError as e:
        print(bad, "->", e)
class T(S):
    __slots__ = ("c", "__dict__")
t = T()
t.c = 3; t.free = 4
print(t.a, t.c, t.__dict__)
class U(S): pass
u = U(); u.z = 1
print(u.__dict__, u.a)
for bad in ("class V:\n a = 1\n __slots__ = ('a',)", "class W(int):\n __slots__ = ('x',)", "class X:\n __slots__ = ('1a',)"):
    try:
        exec(bad)
        print("fine")
    except (ValueError, TypeError) as e:
        print(e)
