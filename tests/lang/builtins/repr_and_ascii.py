# repr of nested and recursive containers.
a = [1, "two", 3.0, None, True, b"six", (7,), {8: 9}, {10}, frozenset({11}), range(3), ..., slice(1), 1j, int, len]
print(repr(a)); print(ascii(["é", "😀"]), format(3.14159, ".2f"), format("x", ">3"), format([1]))
l = [1]; l.append(l); d = {}; d["d"] = d; t = ([],); t[0].append(t)
print(l, d, t, {"l": l})
class D(dict): pass
class L(list): pass
print(D(a=1), L([1]), set(), frozenset(), bytearray(b"x"), memoryview(b"x").tolist(), {}.keys(), {1: 2}.items(), enumerate([]).__class__)
