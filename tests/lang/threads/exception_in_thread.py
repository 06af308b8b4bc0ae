# An exception in a thread is reported by threading.excepthook.
import threading
def hook(args): print("hook:", args.exc_type.__name__, args.exc_value, args.thread.name)
threading.excepthook = hook
def bad(): raise ValueError("in thread")
t = threading.Thread(target=bad, name="worker"); t.start(); t.join()
print("main goes on")
def interleave():
    n = 0
    for i in range(300000): n += i
    out.append(n)
out = []
ts = [threading.Thread(target=interleave) for _ in range(3)]
[t.start() for t in ts]; [t.join() for t in ts]
print(out)
