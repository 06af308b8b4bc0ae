# Functions take arguments and return a value, None by default.
def add(a, b):
    return a + b

def nothing():
    pass

print(add(1, 2), add("a", "b"), nothing())
print(add.__name__, callable(add))

def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

print([fib(i) for i in range(15)])
