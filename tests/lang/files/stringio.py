# Files in memory.
import io
s = io.StringIO("one\ntwo\n")
print(s.readline(), s.read(), s.getvalue(), s.seek(0), list(s))
s.write("more"); print(s.getvalue(), s.tell())
b = io.BytesIO(b"abc")
print(b.read(1), b.getvalue(), b.seek(0, 2), b.write(b"d"), b.getvalue(), bytes(b.getbuffer()))
b.close()
try: b.read()
except ValueError as e: print(e)
t = io.TextIOWrapper(io.BytesIO(), encoding="latin-1", newline="\n")
t.write("é\n"); t.flush(); print(t.buffer.getvalue())
