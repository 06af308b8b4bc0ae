# The class of a class.
class Meta(type):
    def __new__(mcs, name, bases, ns, **kw):
        print("new", name, bases, sorted(k for k in ns if not k.startswith("__")), kw)
        ns["added"] = name.lower()
        return super().__new__(mcs, name, bases, ns)
    def __init__(cls, name, bases, ns, **kw):
        print("init", name)
        super().__init__(name, bases, ns)
    def __call__(cls, *args):
        print("call", args)
        return super().__call__(*args)
    @property
    def size(cls): return 42
    def __len__(cls): return 7
    def __contains__(cls, x): return x == "in"
    def __getattr__(cls, name): return "meta " + name
    def __repr__(cls): return f"<Meta {cls.__name__}>"
class A(metaclass=Meta, option=1):
    x = 1
    def __init__(self, v): self.v = v
class B(A): y = 2
b = B(5)
print(b.v, b.added, A.size, len(A), "in" in A, A.whatever, A, type(A), isinstance(A, Meta))
try:
    b.size
except AttributeError as e:
    print(e)
