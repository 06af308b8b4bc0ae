# The collector also runs by itself.
import weakref
class Node: pass
alive = weakref.WeakSet()
for i in range(20000):
    n = Node()
    n.me = n
    alive.add(n)
del n
print(len(alive) < 20000)
