# Annotations are evaluated when they are asked for.
def f(x: Later, y: "text" = 1, *args: int, **kw: str) -> list[int]: pass
class Later: pass
print(f.__annotations__)
class C:
    a: int = 1
    b: Undefined
    c: list[C]
x: int = 5
y: str
print(C.a, __annotations__ if "__annotations__" in globals() else "lazy", x)
try:
    C.__annotations__
except NameError as e:
    print(e)
import annotationlib
print(annotationlib.get_annotations(C, format=annotationlib.Format.FORWARDREF)["a"], annotationlib.get_annotations(C, format=annotationlib.Format.STRING))
def g():
    v: print("never evaluated")
    w: int = 3
    return w
print(g(), int | None, list[int], dict[str, list[int]], type(int | str).__name__)
