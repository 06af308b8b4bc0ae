# print goes to whatever sys.stdout is.
import sys, io
real = sys.stdout
sys.stdout = io.StringIO()
print("captured", 1, sep="-")
text = sys.stdout.getvalue()
sys.stdout = real
print(repr(text))
class Fake:
    def __init__(self): self.parts = []
    def write(self, s): self.parts.append(s)
    def flush(self): self.parts.append("flush")
f = Fake()
print("a", "b", file=f, flush=True)
print(f.parts)
sys.stdout = None
print("lost")
sys.stdout = real
try: print("x", file=5)
except AttributeError as e: print(e)
