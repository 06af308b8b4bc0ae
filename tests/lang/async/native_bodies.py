# Coroutines and asynchronous generators driven by hand: await, async for, async with, throw, close.
import types


class Pause:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        got = yield self.value
        return got


@types.coroutine
def switch(value):
    return (yield value)


def drive(coroutine, answers=()):
    answers = iter(answers)
    seen = []
    try:
        seen.append(coroutine.send(None))
        while True:
            seen.append(coroutine.send(next(answers, None)))
    except StopIteration as stop:
        return seen, stop.value


async def add(x, y=2, *rest, key=None):
    first = await Pause(("first", x))
    second = await switch(("second", y))
    return [x, y, rest, key, first, second]


print(drive(add(1), ["a", "b"]), drive(add(1, 3, 4, key=5), [6, 7]))


async def numbers(stop):
    try:
        for index in range(stop):
            await Pause(f"before {index}")
            got = yield index
            if got is not None:
                print("got", got)
    finally:
        print("numbers end")


async def total():
    result = 0
    async for number in numbers(3):
        result += number
    else:
        result += 100
    return result


print(drive(total()))


async def comprehensions():
    squares = [number * number async for number in numbers(3)]
    pairs = {number: await Pause(number) async for number in numbers(2) if number}
    gen = (number + 1 async for number in numbers(2))
    return squares, pairs, [number async for number in gen]


print(drive(comprehensions()))


class Manager:
    def __init__(self, swallow):
        self.swallow = swallow

    async def __aenter__(self):
        await Pause("enter")
        return self

    async def __aexit__(self, kind, value, traceback):
        await Pause("exit")
        print("leaving with", kind and kind.__name__, value)
        return self.swallow


async def managed(swallow):
    async with Manager(swallow) as manager:
        print("inside", manager.swallow)
        raise ValueError("from inside")
    return "swallowed"


print(drive(managed(True)))
try:
    drive(managed(False))
except ValueError as error:
    print("out:", error, error.__traceback__.tb_next.tb_next.tb_frame.f_code.co_name)


async def catching():
    while True:
        try:
            await Pause("waiting")
        except KeyError as error:
            print("caught", error)
            try:
                await Pause("in handler")
            finally:
                print("handled", repr(error))
        except GeneratorExit:
            print("closed")
            raise


coroutine = catching()
print(coroutine.send(None), coroutine.throw(KeyError("k")), coroutine.send(None))
print(coroutine.cr_await is not None, coroutine.cr_running, coroutine.cr_code.co_name)
coroutine.close()
coroutine.close()
try:
    coroutine.send(None)
except RuntimeError as error:
    print(error)


async def by_hand():
    generator = numbers(5)
    print(await generator.__anext__(), await generator.asend("sent"))
    try:
        await generator.athrow(ValueError("thrown"))
    except ValueError as error:
        print("back", error)
    try:
        await generator.__anext__()
    except StopAsyncIteration:
        print("exhausted")
    other = numbers(5)
    await other.__anext__()
    await other.aclose()
    return "done"


print(drive(by_hand()))


async def bad_awaits():
    for make in (lambda: 5, lambda: "text", lambda: (x for x in ())):
        try:
            await make()
        except TypeError as error:
            print(error)
    try:
        async for _ in [1]:
            pass
    except TypeError as error:
        print(error)
    try:
        async with 5:
            pass
    except TypeError as error:
        print(error)


drive(bad_awaits())


async def closure():
    count = 0

    async def bump(by):
        nonlocal count
        await Pause(count)
        count += by
        return count

    return [await bump(step) for step in (1, 2, 3)], count


print(drive(closure()))


async def raising():
    raise StopIteration("inside")


try:
    drive(raising())
except RuntimeError as error:
    print(error, repr(error.__cause__))


async def early():
    yield 1
    return


async def nested_loops():
    out = []
    async for a in numbers(2):
        async for b in early():
            if a == 1:
                break
            out.append((a, b))
        else:
            continue
        out.append("broken")
    return out


print(drive(nested_loops()))
generator = early()
print(type(generator).__name__, generator.ag_code.co_name, generator.ag_running)
