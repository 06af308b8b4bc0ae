# Data descriptors win over the instance, others do not.
class Data:
    def __set_name__(self, owner, name): self.name = name; print("set_name", owner.__name__, name)
    def __get__(self, obj, cls): return f"Data.get {self.name} {obj is None}"
    def __set__(self, obj, value): print("Data.set", value)
    def __delete__(self, obj): print("Data.delete")
class NonData:
    def __get__(self, obj, cls): return "NonData.get " + cls.__name__
class C:
    d = Data()
    n = NonData()
c = C()
c.d = 5
c.__dict__["d"] = "hidden"
print(c.d, C.d)
print(c.n, C.n)
c.n = "own"
print(c.n)
del c.d
del c.n
print(c.n)
