# A class body is executed; its names are not visible in its functions.
x = "global"
class C:
    print("in the body", x)
    x = "class"
    print("then", x)
    y = [x for _ in range(1)]
    def f(self): return x
    for i in range(3): pass
    if i > 1:
        def late(self): return "late"
    del i
    z = locals().keys() >= {"x", "y", "f"}
print(C().f(), C.x, C.y, C().late(), hasattr(C, "i"), C.z)
def outer():
    v = 1
    class In:
        v = v if False else "own"
        w = v
    return In.w
try:
    print(outer())
except NameError as e:
    print(e)
def outer2():
    v = 1
    class In:
        w = v
        def get(self): return v
    return In.w, In().get()
print(outer2())
