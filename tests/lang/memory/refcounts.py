# sys.getrefcount and identity of small objects.
import sys
x = object()
base = sys.getrefcount(x)
y = [x, x]
print(sys.getrefcount(x) - base)
del y
print(sys.getrefcount(x) - base)
a, b = 256, 256
e, s = (), ""
print(a is b, e is tuple([]), s is "".join([]), [] is [])
print(id(x) == id(x), isinstance(id(x), int), sys.getsizeof([]) > 0)
