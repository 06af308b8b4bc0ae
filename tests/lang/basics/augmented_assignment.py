# x op= y: the target is evaluated once.
x = 5
x += 2; print(x)
x -= 10; print(x)
x *= -4; print(x)
x //= 5; print(x)
x **= 3; print(x)
x %= 7; print(x)
x <<= 4; print(x)
x |= 3; print(x)
x &= 6; print(x)
x ^= 15; print(x)
x >>= 1; print(x)
x /= 2; print(x)
calls = []
def index():
    calls.append("index")
    return 0
data = [10]
data[index()] += 5
print(data, calls)
