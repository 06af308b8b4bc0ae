# Cycles are freed by the collector.
import gc, weakref
class Node:
    def __init__(self, name): self.name, self.other = name, None
    def __del__(self): print("del", self.name)
gc.disable()
a, b = Node("a"), Node("b")
a.other, b.other = b, a
r = weakref.ref(a)
del a, b
print(r() is not None)
n = gc.collect()
print(r(), n >= 2)
l = []; l.append(l); del l
d = {}; d["self"] = d; del d
print(gc.collect() >= 2, gc.collect(), gc.isenabled(), gc.garbage)
gc.enable()
