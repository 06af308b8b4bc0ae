# Binary files and seeking.
import os, tempfile
path = os.path.join(tempfile.mkdtemp(), "b.bin")
with open(path, "wb") as f:
    print(f.write(bytes(range(10))), f.tell())
    f.seek(2); f.write(b"XX"); f.seek(0, 2); f.write(b"end")
with open(path, "rb") as f:
    print(f.read(4), f.seek(-3, 2), f.read(), f.read(), f.seek(0), f.readinto(b := bytearray(3)), b)
with open(path, "r+b") as f:
    f.truncate(5); print(f.read())
    try: f.write("text")
    except TypeError as e: print(e)
with open(path, "rb", buffering=0) as f: print(type(f).__name__, f.read(2))
os.remove(path)
