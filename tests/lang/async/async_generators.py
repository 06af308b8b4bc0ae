# asend, athrow, aclose.
def run(c):
    try:
        while True: c.send(None)
    except StopIteration as e:
        return e.value
async def gen():
    got = None
    try:
        while True:
            try:
                got = yield ("got", got)
            except KeyError as e:
                got = "key error"
    finally:
        print("closed")
async def main():
    g = gen()
    print(await g.asend(None), await g.asend(5), await g.athrow(KeyError("x")), await anext(g))
    await g.aclose()
    try: await anext(g)
    except StopAsyncIteration: print("ended")
    try: await gen().asend(1)
    except TypeError as e: print(e)
run(main())
