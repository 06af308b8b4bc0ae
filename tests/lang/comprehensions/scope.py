# A comprehension's variable is its own.
x = "outer"
print([x for x in range(3)], x)
fs = [lambda: i for i in range(3)]
print([f() for f in fs])
fs = [lambda i=i: i for i in range(3)]
print([f() for f in fs])
class C:
    n = 3
    squares = [i * i for i in range(n)]
    try:
        bad = [n * i for i in range(2)]
        print("class names are not visible in a comprehension", bad)
    except NameError as e:
        print(e)
print(C.squares)
def f():
    y = 10
    return [y + z for z in range(2)], [(y := z) for z in range(3)], y
print(f())
