# import inside functions and classes binds local names.
def f():
    import math as m
    from os import path
    return m.floor(2.5), path.basename("/a/b")
class C:
    import math
    pi = math.pi
print(f(), C.math.sqrt(4), C.pi)
try:
    m
except NameError as e:
    print(e)
import os.path, xml.dom
print(os.path.join("a", "b"), xml.dom.__name__, xml.__name__)
try:
    import math.nothing
except ModuleNotFoundError as e:
    print(e)
try:
    from . import x
except ImportError as e:
    print(e)
