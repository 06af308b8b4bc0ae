# Encoding and decoding.
s = "aé€😀"
for enc in ("utf-8", "utf-16-le", "utf-32-be", "latin-1", "ascii"):
    try:
        b = s.encode(enc)
        print(enc, b, b.decode(enc) == s)
    except UnicodeEncodeError as e:
        print(enc, e, e.start, e.end, e.object[e.start:e.end] == s[e.start:e.end])
for handler in ("ignore", "replace", "backslashreplace", "xmlcharrefreplace", "namereplace"):
    print(handler, s.encode("ascii", handler))
for bad in (b"\xff", b"ab\xc3", b"\xed\xa0\x80", b"\xc3\x28"):
    try:
        bad.decode()
    except UnicodeDecodeError as e:
        print(e)
    print(ascii(bad.decode("utf-8", "replace")), bad.decode("utf-8", "ignore"), ascii(bad.decode("utf-8", "surrogateescape")))
try:
    s.encode("no-such")
except LookupError as e:
    print(e)
