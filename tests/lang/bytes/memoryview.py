# memoryview sees the memory of another object.
data = bytearray(b"abcdefgh")
view = memoryview(data)
view[0] = 65
view[2:4] = b"XY"
print(data, view[1], bytes(view[4:]), view.tolist()[:3], len(view), view.itemsize, view.format, view.readonly, view.nbytes, view.shape)
try:
    data.append(1)
except BufferError as e:
    print(e)
view.release()
data.append(1)
print(len(data))
try:
    view[0]
except ValueError as e:
    print(e)
ro = memoryview(b"xyz")
try:
    ro[0] = 1
except TypeError as e:
    print(e)
print(ro == b"xyz", ro[::-1].tobytes(), ro.hex(), memoryview(b"\x01\x02\x03\x04").cast("H").tolist(), ro.obj)
