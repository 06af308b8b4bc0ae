# bytearray can be changed in place.
a = bytearray(b"hello")
a[0] = 72
a.append(33)
a.extend(b"??")
a[1:3] = b"EEE"
del a[-1]
a += b"+"
a.insert(0, 62)
print(a, len(a), a.pop(), a, a.pop(0), bytes(a), a == b"HEEElo!?", a.find(b"l"))
a.reverse()
print(a, a.copy(), a[::2], a.upper(), bytearray(3), bytearray([1, 2]), a * 2)
a.remove(33)
a.clear()
print(a)
for bad in (lambda: a.append(256), lambda: a.append("x"), lambda: a.pop(), lambda: hash(a), lambda: a.remove(1)):
    try:
        bad()
    except (ValueError, TypeError, IndexError) as e:
        print(type(e).__name__, e)
