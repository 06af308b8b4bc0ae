# := binds inside an expression.
if (n := len("hello")) > 3:
    print(n)
data = iter([1, 2, 3, 0, 4])
while (x := next(data)):
    print(x, end=" ")
print()
print([y for x in range(5) if (y := x * x) % 2 == 0], y)
def f():
    print([last := i for i in range(3)], last)
f()
print((a := 1) + (b := a + 1), a, b)
