# __getattr__, __getattribute__, __setattr__, __delattr__.
class Lazy:
    def __init__(self): self.real = 1
    def __getattr__(self, name):
        if name.startswith("x"): return name.upper()
        raise AttributeError(f"no {name}")
l = Lazy()
print(l.real, l.xyz, hasattr(l, "abc"), getattr(l, "abc", "default"))
class Spy:
    def __getattribute__(self, name):
        print("get", name)
        return super().__getattribute__(name)
    def __setattr__(self, name, value):
        print("set", name, value)
        object.__setattr__(self, name, value)
    def __delattr__(self, name):
        print("del", name)
        super().__delattr__(name)
s = Spy()
s.a = 1
s.a += 1
del s.a
try:
    s.a
except AttributeError as e:
    print(e)
