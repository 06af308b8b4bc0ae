# copy and deepcopy.
import copy
class N:
    def __init__(self, v, kids=()): self.v, self.kids = v, list(kids)
    def __repr__(self): return f"N({self.v}, {self.kids})"
a = N(1, [N(2)])
b, c = copy.copy(a), copy.deepcopy(a)
a.kids[0].v = 99
print(a, b, c)
loop = [1]; loop.append(loop)
d = copy.deepcopy(loop)
print(d[1] is d, d)
class Custom:
    def __copy__(self): return "copied"
    def __deepcopy__(self, memo): return "deep"
print(copy.copy(Custom()), copy.deepcopy([Custom()]), copy.copy({1: 2}))
