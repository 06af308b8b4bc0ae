# Leaving an except clause frees the traceback's locals.
class Noisy:
    def __del__(self): print("freed")
def f():
    n = Noisy()
    raise ValueError
try:
    f()
except ValueError as e:
    print("handling")
print("after")
