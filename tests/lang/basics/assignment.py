# A name refers to the last value it was given.
a = 1
b = a
a = 2
print(a, b)
x = y = []
x.append(1)
print(y, x is y)
a, b = b, a
print(a, b)
