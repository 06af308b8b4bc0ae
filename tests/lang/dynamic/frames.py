# sys._getframe sees the callers.
import sys
def a():
    f = sys._getframe()
    return [f.f_code.co_name, f.f_lineno, f.f_back.f_code.co_name, f.f_back.f_lineno]
def b(): return a()
print(b())
def who(): return sys._getframe(1).f_code.co_name
def caller(): return who()
print(caller(), who(), sys._getframe().f_globals is globals())
try: sys._getframe(1000)
except ValueError as e: print(e)
