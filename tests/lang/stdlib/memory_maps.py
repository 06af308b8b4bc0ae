# Files as mutable bytes, and memory without a file.
import mmap, os, tempfile
with tempfile.TemporaryFile() as file:
    file.write(b"hello world\nsecond line\n")
    file.flush()
    with mmap.mmap(file.fileno(), 0) as m:
        print(len(m), m[:5], m[-1], m.find(b"wor"), m.rfind(b"l"), m.readline(), m.read(6), m.tell())
        m[0:5] = b"HELLO"
        m[5] = ord("-")
        m.seek(0)
        m.write(b"Je")
        m.move(2, 0, 2)
        m.flush()
        view = memoryview(m)
        try:
            m.close()
        except BufferError as e:
            print(e)
        view.release()
        for action in (lambda: m[100], lambda: m.seek(-1), lambda: m.__setitem__(slice(0, 2), b"x"), lambda: m.write(b"x" * 99)):
            try:
                action()
            except (IndexError, ValueError) as e:
                print(type(e).__name__, e)
        print(m.size(), b"line" in m, m)
    file.seek(0)
    print(file.read(), m.closed, m)
    with mmap.mmap(file.fileno(), 5, access=mmap.ACCESS_READ) as m:
        try:
            m[0] = 1
        except TypeError as e:
            print(e)
m = mmap.mmap(-1, 16, flags=mmap.MAP_PRIVATE)
m.write(b"abc")
m.resize(32)
print(len(m), m[:4])
m.close()
try:
    m[0]
except ValueError as e:
    print(e)
