# Tracebacks through with, assert, del, unpacking.
import traceback, sys
class CM:
    def __enter__(self): return self
    def __exit__(self, *a): return False
def w():
    with CM() as x:
        raise ValueError("in with")
def s():
    assert 1 == 2, "because"
def u():
    a, b = [1]
def d():
    x = {}
    del x["k"]
def i():
    x = [1, 2]
    x[5] = 3
def at():
    x = None
    x.attr = 1
for f in (w, s, u, d, i, at):
    try:
        f()
    except Exception:
        traceback.print_exc(file=sys.stdout)
