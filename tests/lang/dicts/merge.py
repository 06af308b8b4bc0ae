# | and |= merge.
a, b = {"x": 1, "y": 2}, {"y": 3, "z": 4}
print(a | b, b | a, a)
a |= b; print(a)
a |= [("q", 9)]; print(a)
print({**a, "x": 0, **{"n": 1}})
try:
    a | [("q", 9)]
except TypeError as e:
    print(e)
