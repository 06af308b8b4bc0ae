# The marks point at the part of the line that failed.
def a(x): return x.missing.other
def b(d): return d["one"]["two"]
def c(x): return (1 + 2) * x + (3 / 0)
def d(): return foo(1, bar, 3)
import sys
def show(f, *args):
    try:
        f(*args)
    except Exception as e:
        tb = e.__traceback__.tb_next
        code = tb.tb_frame.f_code
        pos = list(code.co_positions())[tb.tb_lasti // 2]
        print(f.__name__, tb.tb_lineno, type(e).__name__)
show(a, 1); show(b, {"one": {}}); show(c, 2); show(d)
def foo(*a): return a
a(1)
