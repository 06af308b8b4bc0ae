# Each operand of a chain is evaluated once, and evaluation stops at the first false link.
def v(n):
    print("v", n)
    return n
print(v(1) < v(2) < v(3))
print(v(3) < v(2) < v(1))
print(1 < 2 > 1 != 3 == 3)
a = 0
print(1 == 1.0 == True, a is not None)
