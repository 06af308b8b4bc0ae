# A parameter lives until it is rebound or the function ends.
class Noisy:
    def __init__(self, name): self.name = name
    def __del__(self): print("del", self.name)
def f(x):
    print("in f")
    x = None
    print("after rebinding")
f(Noisy("a"))
def g(x):
    print("in g")
g(Noisy("b"))
print("after g")
n = Noisy("c")
f(n)
print("still there")
del n
print("end")
