# Strings are sequences of one-character strings.
s = "héllo"
print(list(s), tuple(s), set("aa"), dict(enumerate("ab")), [c for c in reversed(s)], list(zip(s, "12345")))
print([ord(c) for c in s], [chr(i) for i in (97, 233, 8364, 128512)], "".join(sorted(s)), s.count("l"))
for bad in (lambda: ord("ab"), lambda: chr(-1), lambda: chr(0x110000), lambda: ord(5)):
    try:
        bad()
    except (TypeError, ValueError, OverflowError) as e:
        print(type(e).__name__, e)
