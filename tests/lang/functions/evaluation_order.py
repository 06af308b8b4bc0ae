# Operands and arguments are evaluated from left to right.
def v(x):
    print(x, end=" ")
    return x
v(1) + v(2) * v(3); print()
def f(*a, **k): print("call")
f(v(1), v(2), k=v(3), *[v(4)], **{"z": v(5)})
d = {}
d[v("key")] = v("value"); print()
{v("k1"): v("v1"), v("k2"): v("v2")}; print()
[v(1), v(2)][v(0)] = v(9); print()
x = v(1) if v(0) else v(2); print()
v(1) < v(2) < v(0) < v(9); print()
a, b = v(1), v(2); print()
assert v(1), v("not evaluated"); print()
