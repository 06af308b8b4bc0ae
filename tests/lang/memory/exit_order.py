# What is alive at the end is finalised.
import atexit
class N:
    def __init__(self, name): self.name = name
    def __del__(self): print("del", self.name)
a = N("module global")
b = N("second")
atexit.register(print, "atexit 1")
atexit.register(print, "atexit 2")
print("end of module")
