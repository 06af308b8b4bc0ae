# Changing the size of a set during iteration is an error.
s = {1, 2, 3}
try:
    for x in s:
        s.add(x + 10)
except RuntimeError as e:
    print(e)
for x in s.copy():
    s.discard(x)
print(s)
