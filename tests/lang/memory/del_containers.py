# Containers drop their items in order.
class N:
    def __init__(self, name): self.name = name
    def __del__(self): print("del", self.name)
d = {"a": N("a"), "b": N("b")}
d["a"] = 1
d.pop("b")
print("dict done")
t = (N("t0"), N("t1"))
t = None
s = [N(i) for i in range(3)]
s[0:2] = []
print("slice done")
s = None
class Holder:
    def __init__(self): self.first, self.second = N("first"), N("second")
    def __del__(self): print("del holder")
h = Holder()
h = None
def g():
    n = N("closure")
    return lambda: n
k = g()
k = None
print("end")
