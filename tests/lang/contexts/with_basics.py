# with calls __enter__ and __exit__.
class CM:
    def __init__(self, name, swallow=False): self.name, self.swallow = name, swallow
    def __enter__(self): print("enter", self.name); return self.name.upper()
    def __exit__(self, t, v, tb):
        print("exit", self.name, t.__name__ if t else None, v, tb is not None)
        return self.swallow
with CM("a") as x, CM("b") as y:
    print(x, y)
with CM("c", swallow=True):
    raise ValueError("swallowed")
try:
    with (CM("d") as d, CM("e")):
        raise KeyError("through")
except KeyError as e:
    print("outside", e)
def f():
    with CM("f"): return "value"
print(f())
for i in range(3):
    with CM(str(i)):
        if i == 0: continue
        break
with CM("target") as (p, *q):
    print(p, q)
