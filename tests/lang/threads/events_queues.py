# Events, conditions, queues, locals.
import threading, queue
q = queue.Queue()
done = threading.Event()
def producer():
    for i in range(5): q.put(i)
    q.put(None); done.set()
threading.Thread(target=producer).start()
got = []
while (x := q.get()) is not None: got.append(x)
print(got, done.wait(5), q.empty())
local = threading.local(); local.x = "main"
seen = []
def look(): seen.append(hasattr(local, "x")); local.x = "thread"
t = threading.Thread(target=look); t.start(); t.join()
print(seen, local.x)
b = threading.Barrier(2); order = []
def wait(): b.wait(); order.append("t")
t = threading.Thread(target=wait); t.start(); b.wait(); t.join(); print(order)
r = threading.RLock()
with r:
    with r: print("reentrant")
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(2) as pool: print(list(pool.map(lambda x: x * x, range(5))))
