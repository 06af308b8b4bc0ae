# Indexing and slicing.
s = "abcdefgh"
print(s[0], s[-1], s[2:5], s[:3], s[5:], s[::2], s[::-1], s[6:2:-2], s[-3:], s[10:], s[3:1], s[-100:100])
u = "aé€😀z"
print(u[1], u[2:4], u[::-1], len(u), u[3] == "😀")
for index in (8, -9):
    try:
        s[index]
    except IndexError as e:
        print(e)
try:
    s["a"]
except TypeError as e:
    print(e)
try:
    s[0] = "x"
except TypeError as e:
    print(e)
try:
    s[::0]
except ValueError as e:
    print(e)
