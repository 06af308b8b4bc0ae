# locals(), globals(), vars().
def f(a, b=2):
    c = 3
    d = locals()
    d["c"] = 99
    return d, c, sorted(locals())
print(f(1))
g = globals()
g["made"] = "through globals"
print(made, g is globals(), locals() is globals(), vars() is globals())
class C:
    x = 1
    names = sorted(n for n in locals() if not n.startswith("__"))
print(C.names)
def outer():
    v = 1
    def inner():
        v
        return locals()
    return inner()
print(outer(), [sorted(locals()) for q in range(1)])
del g["made"]
try: made
except NameError as e: print(e)
