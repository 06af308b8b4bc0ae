print("b starts")
import a
print("a has X yet:", hasattr(a, "X"))
Y = 2
def value(): return a.X * 10
print("b ends")
