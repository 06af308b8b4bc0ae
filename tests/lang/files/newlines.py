# Universal newlines.
import os, tempfile
path = os.path.join(tempfile.mkdtemp(), "n.txt")
with open(path, "wb") as f: f.write(b"a\nb\r\nc\rd")
for newline in (None, "", "\n", "\r\n"):
    with open(path, newline=newline) as f: print(repr(newline), list(f))
with open(path, "w", newline="\r\n") as f: f.write("x\ny\n")
print(open(path, "rb").read())
