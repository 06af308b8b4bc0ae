# The recursion limit is every thread's own; frames of other threads are not seen.
import sys, threading
def f(n):
    global deepest
    deepest = n
    f(n + 1)
def names(frame):
    out = []
    while frame:
        out.append(frame.f_code.co_name); frame = frame.f_back
    return out
def work():
    try:
        f(1)
    except RecursionError as e:
        print(deepest > 900, e)
    inner()
def inner():
    print(names(sys._getframe()))
class D:
    def __del__(self):
        print("del", names(sys._getframe())[:2])
def switch(n):
    total = 0
    for i in range(n):
        total += i % 3
        if i % 1000 == 0:
            assert names(sys._getframe(0))[:1] == ["switch"]
    return total
def finalize():
    d = D()
    d.me = d
    del d
    import gc
    gc.collect()
def lots(n):
    for i in range(n):
        assert names_of_caller()[-2:] != []
def names_of_caller():
    return names(sys._getframe(1))
for i in range(2):
    t = threading.Thread(target=work)
    t.start(); t.join()
finalize()
threads = [threading.Thread(target=switch, args=(20000,)) for i in range(4)]
threads += [threading.Thread(target=lots, args=(2000,)) for i in range(2)]
for t in threads: t.start()
for t in threads: t.join()
def shallow(n): return n if n == 0 else shallow(n - 1)
for i in range(3):
    print(shallow(900), end=" ")
sys.setrecursionlimit(100000)
print(shallow(20000))
