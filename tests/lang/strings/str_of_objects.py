# str() and repr() of objects.
class Both:
    def __str__(self): return "str"
    def __repr__(self): return "repr"
class OnlyRepr:
    def __repr__(self): return "only repr"
class Bad:
    def __str__(self): return 1
print(Both(), [Both()], f"{Both()} {Both()!r}", str(OnlyRepr()), (OnlyRepr(),), {1: Both()})
try:
    str(Bad())
except TypeError as e:
    print(e)
print(str(b"x"), str(b"\xc3\xa9", "utf-8"), str(), str(object=5))
