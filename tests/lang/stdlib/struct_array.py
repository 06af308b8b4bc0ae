# struct and array.
import struct
from array import array
print(struct.pack("<ihb?d", 1, -2, 3, True, 1.5), struct.unpack(">HI", b"\x00\x01\x00\x00\x00\x02"), struct.calcsize("<qf"), struct.pack("3s", b"abcd"))
a = array("i", [3, 1, 2]); a.append(5); a.extend([6]); a[0] = 10
print(a, a[1:3], len(a), a.itemsize, a.tolist(), a.tobytes()[:4], sum(a), a.index(5), array("d", [1.5, 2]) * 2, a.pop(), 5 in a, array("b", b"\x01\xff"))
for bad in (lambda: array("b", [200]), lambda: a.append("x"), lambda: array("z"), lambda: struct.unpack("i", b"x")):
    try: bad()
    except (OverflowError, TypeError, ValueError, struct.error) as e: print(type(e).__name__, e)
