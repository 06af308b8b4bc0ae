# dir lists what can be reached.
class A:
    x = 1
    def f(self): pass
class B(A): y = 2
b = B(); b.z = 3
print([n for n in dir(b) if not n.startswith("__")], [n for n in dir(B) if not n.startswith("__")])
class D:
    def __dir__(self): return ["q", "a"]
print(dir(D()), "append" in dir([]), "__add__" in dir(1), [n for n in dir(3.5) if n[0] != "_"])
