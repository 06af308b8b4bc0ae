print("a starts")
import b
X = 1
def value(): return b.Y + X
print("a ends")
