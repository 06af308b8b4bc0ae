# A coroutine driven by hand.
class Pause:
    def __init__(self, what): self.what = what
    def __await__(self):
        got = yield self.what
        return got
async def inner(x):
    got = await Pause(("inner", x))
    return got * 2
async def outer():
    a = await inner(1)
    print("a is", a)
    b = await inner(a)
    return a + b
c = outer()
print(type(c).__name__, c.send(None), c.send(10), end=" ")
try:
    c.send(5)
except StopIteration as e:
    print("result", e.value)
try:
    c.send(None)
except RuntimeError as e:
    print(e)
