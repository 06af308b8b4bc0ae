# Exceptions go in and out of coroutines.
class Pause:
    def __await__(self): return (yield "paused")
async def f():
    try:
        await Pause()
    except ValueError as e:
        print("caught", e)
        return "handled"
    finally:
        print("cleanup")
c = f(); c.send(None)
try:
    c.throw(ValueError("in"))
except StopIteration as e:
    print(e.value)
c = f(); c.send(None); c.close(); c.close()
async def g(): raise KeyError("out")
try:
    g().send(None)
except KeyError as e:
    print(repr(e))
async def bad(): await 5
try:
    bad().send(None)
except TypeError as e:
    print(e)
async def stop(): raise StopIteration(1)
try:
    stop().send(None)
except RuntimeError as e:
    print(e)
