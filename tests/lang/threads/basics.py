# Threads run and are joined.
import threading
results = []
def work(n):
    results.append(sum(range(n)))
ts = [threading.Thread(target=work, args=(n * 1000,), name=f"t{n}") for n in range(4)]
for t in ts: t.start()
for t in ts: t.join()
print(sorted(results), ts[0].is_alive(), ts[1].name, threading.current_thread().name, threading.main_thread() is threading.current_thread())
lock = threading.Lock()
total = 0
def add():
    global total
    for _ in range(2000):
        with lock: total += 1
ts = [threading.Thread(target=add) for _ in range(4)]
[t.start() for t in ts]; [t.join() for t in ts]
print(total, lock.locked(), lock.acquire(), lock.acquire(blocking=False), lock.release())
