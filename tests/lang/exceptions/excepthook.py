# sys.excepthook sees what nobody caught.
import sys, atexit
atexit.register(lambda: print("atexit runs"))
def hook(t, v, tb):
    print("hook:", t.__name__, v, tb.tb_lineno)
sys.excepthook = hook
raise ValueError("top")
