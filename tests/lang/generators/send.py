# send gives the value of the yield expression.
def average():
    total = count = 0
    avg = None
    while True:
        x = yield avg
        if x is None: return "done", count
        total += x
        count += 1
        avg = total / count
g = average()
print(next(g), g.send(10), g.send(20), g.send(60))
try:
    g.send(None)
except StopIteration as e:
    print(e.value)
try:
    average().send(5)
except TypeError as e:
    print(e)
def echo():
    r = yield 1
    while True: r = yield (r, (yield r))
e = echo()
print(next(e), e.send("a"), e.send("b"), e.send("c"))
