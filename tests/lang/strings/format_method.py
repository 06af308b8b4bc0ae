# str.format.
print("{} {} {}".format(1, "a", None), "{1} {0} {1}".format("a", "b"), "{x} {y[0]} {z.real}".format(x=1, y=[2], z=3), "{{}} {0!r} {0!s} {1!a}".format("q", "é"))
print("{:>8}|{:<8}|{:^8}|{:*^8}".format("r", "l", "c", "m"), "{:{w}.{p}f}".format(3.14159, w=8, p=2), "{0[key]} {1[0][1]}".format({"key": "v"}, ["ab"]))
print("{:,} {:_} {:x} {:b} {:c} {:+d} {: d} {:05d}".format(1234567, 1234567, 255, 5, 65, 7, 7, 42))
for text, args in (("{} {1}", (1, 2)), ("{0} {}", (1, 2)), ("{2}", (1,)), ("{x}", ()), ("{", ()), ("}", ()), ("{0.nope}", (1,)), ("{:d}", ("s",)), ("{!z}", (1,))):
    try:
        print(text.format(*args))
    except Exception as e:
        print(repr(text), type(e).__name__, e)
print("{a}-{b}".format_map({"a": 1, "b": 2}))
