# Text files.
import os, tempfile
path = os.path.join(tempfile.mkdtemp(), "t.txt")
with open(path, "w", encoding="utf-8") as f:
    print(f.write("line one\nzwei é\n"), f.name == path, f.mode, f.closed, f.encoding)
    f.writelines(["three\n", "four"])
    print("printed", file=f)
print(f.closed)
with open(path, encoding="utf-8") as f:
    print(f.readline(), f.read(4), f.tell() > 0, f.readlines())
with open(path, "a+") as f:
    f.write("appended\n"); f.seek(0)
    print([line.rstrip() for line in f], f.read())
print(os.path.getsize(path), open(path, "rb").read()[:20])
for bad in (lambda: open(path + ".no"), lambda: open(path, "q"), lambda: open(path).write("x"), lambda: f.read(), lambda: open(path, "x"), lambda: open(path, "rb", encoding="utf-8")):
    try: bad()
    except (OSError, ValueError) as e: print(type(e).__name__, str(e).replace(path, "PATH"))
os.remove(path)
print(os.path.exists(path))
