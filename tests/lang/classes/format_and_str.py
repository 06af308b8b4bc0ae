# Default texts of objects and classes.
import re
class C:
    def m(self): pass
def hide(text): return re.sub(r"0x[0-9a-f]+", "0x...", text)
print(C, hide(repr(C())), hide(repr(C().m)), hide(repr(C.m)), hide(repr(len)), hide(repr([].append)), hide(repr(lambda: 0)), int, type, hide(repr(object())))
print(hide(repr(super(C, C()))), hide(repr(property())), hide(repr(x for x in [])), hide(repr(iter([]))), hide(repr(str.upper)), hide(repr("".upper)), NotImplemented, ..., hide(repr(int.__add__)), hide(repr((1).__add__)))
def outer():
    class In: pass
    return In
print(outer(), hide(repr(outer()())), hide(repr(zip())), hide(repr(map(str, []))), range(3), slice(1, 2), hide(repr(classmethod(len))))
