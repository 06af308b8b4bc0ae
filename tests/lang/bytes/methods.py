# Methods shared with str.
b = b"Hello World hello"
print(b.upper(), b.lower(), b.find(b"World"), b.count(b"l"), b.replace(b"l", b"L"), b.split(), b.startswith(b"Hell"), b.index(111), b.title(), b.swapcase())
print(b"-".join([b"a", b"b"]), b" x ".strip(), b"xax".strip(b"x"), b"5".zfill(3), b"a".center(5, b"*"), b"a,b".partition(b","), b"a\nb\r\n".splitlines())
print(b"abc".hex(), b"abc".hex(":"), b"abcdef".hex("-", 2), bytes.fromhex("61 62 63"), b"abc".isalpha(), b"12".isdigit(), b"abc".translate(bytes.maketrans(b"ab", b"xy")), b"abc".removeprefix(b"a"), b"ab".decode())
print(b"%s-%d-%x-%a" % (b"raw", 5, 255, "é"), b"%c" % 65, b"%5.1f|" % 2.25)
try:
    bytes.fromhex("6z")
except ValueError as e:
    print(e)
