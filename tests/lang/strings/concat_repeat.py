# Building strings.
s = ""
for i in range(10):
    s += str(i)
print(s, s * 2, 3 * "ab", "a" * 0, "a" * -1, "é" * 3, len("ab" * 1000))
try:
    "a" + 1
except TypeError as e:
    print(e)
try:
    1 + "a"
except TypeError as e:
    print(e)
t = s
s += "x"
print(t, s)
