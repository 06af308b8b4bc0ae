# The % operator.
print("%s %r %a %d %i %5d|%-5d|%05d %+d %x %X %o %#x %c %c %%" % ("s", "r", "é", 1, 2, 3, 4, 5, 6, 255, 255, 8, 255, "c", 65))
print("%(name)s is %(age)d" % {"name": "Ann", "age": 30}, "%s" % (1,), "%s" % [1, 2], "%.2s|%5.1s|" % ("abc", "xyz"), "%*d|%-*d|" % (5, 42, 5, 42))
print("%e %.3g %f" % (12345.678, 0.00012345, 1.5), "%s" % None, "%d" % 3.9, "%i" % True)
for text, args in (("%d", "x"), ("%s %s", (1,)), ("%s", (1, 2)), ("%d", None), ("%(a)s", (1,)), ("%(a)s", {}), ("%z", 1), ("%c", "ab"), ("%", 1), ("%x", 1.5)):
    try:
        print(text % args)
    except Exception as e:
        print(repr(text), type(e).__name__, e)
