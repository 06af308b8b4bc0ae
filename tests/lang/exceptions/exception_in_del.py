# An exception in __del__ is printed, not raised.
class C:
    def __del__(self):
        raise ValueError("in del")
import sys
def hook(u):
    print("unraisable:", repr(u.exc_value), type(u.err_msg).__name__)
sys.unraisablehook = hook
c = C()
del c
print("goes on")
