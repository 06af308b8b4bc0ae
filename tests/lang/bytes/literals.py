# bytes are sequences of small integers.
b = b"ab\x00\xff\n'"
print(b, len(b), b[0], b[-1], b[1:3], list(b[:3]), b"a" in b, 97 in b, bytes(3), bytes([1, 2, 255]), bytes("é", "utf-8"), b'"', b"'\"")
print(b"ab" + b"cd", b"ab" * 3, b"a" < b"b", b"a" == "a", hash(b"ab") == hash(b"ab"), rb"\n")
for bad in (lambda: bytes([256]), lambda: bytes("x"), lambda: b"a" + "b", lambda: b[10], lambda: bytes(-1), lambda: bytes(["a"])):
    try:
        bad()
    except (ValueError, TypeError, IndexError) as e:
        print(type(e).__name__, e)
