# __del__ runs at once, when the last reference goes.
class N:
    def __init__(self, name): self.name = name
    def __del__(self): print("del", self.name)
a = N("a")
b = a
del a
print("still b")
b = None
print("gone")
N("temporary")
print("after temporary")
x = N("x")
x = N("x2")
print("rebound")
def f():
    p, q = N("p"), N("q")
    print("in f")
f()
print("after f")
items = [N("i0"), N("i1"), N("i2")]
del items[1]
items.clear()
print("end")
