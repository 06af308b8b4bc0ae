# Names bound on some paths only.
import sys
try:
    import no_such_module_x as fast
except ImportError:
    fast = None
if sys.maxsize > 0:
    def pick(): return "positive"
else:
    def pick(): return "never"
print(fast, pick())
def f(flag):
    if flag: value = 1
    try: return value
    except UnboundLocalError as e: return str(e)
print(f(True), f(False))
