# async for, async with, async comprehensions and generators.
def run(c):
    try:
        while True: c.send(None)
    except StopIteration as e:
        return e.value
class AIter:
    def __init__(self, n): self.n = n
    def __aiter__(self): return self
    async def __anext__(self):
        if not self.n: raise StopAsyncIteration
        self.n -= 1
        return self.n
class CM:
    async def __aenter__(self): print("aenter"); return "value"
    async def __aexit__(self, t, v, tb): print("aexit", t and t.__name__); return t is ValueError
async def agen(n):
    for i in range(n):
        yield i * i
async def main():
    async for x in AIter(2): print(x)
    else: print("else")
    async with CM() as v: print(v)
    async with CM(): raise ValueError
    print([x async for x in agen(4) if x % 2 == 0], {x: 1 async for x in AIter(2)}, [y async for x in AIter(3) async for y in agen(x)])
    g = (x + 1 async for x in agen(3))
    print(await g.__anext__(), await anext(g), await anext(g), await anext(g, "end"))
    return [await f() for f in (one, one)]
async def one(): return 1
print(run(main()))
