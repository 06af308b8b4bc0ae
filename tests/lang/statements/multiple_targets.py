# Targets are assigned from left to right.
i = 0
a = [0, 0, 0]
i = a[i] = 2
print(i, a)
x, y = y, x = 1, 2
print(x, y)
class Show:
    def __setattr__(self, n, v): print("set", n, v)
    def __setitem__(self, k, v): print("item", k, v)
s = Show()
s.a = s.b = s["k"] = 7
s.x, s[1], *s.rest = range(5)
for s.loop in "ab": pass
for s[0], s.z in [(1, 2)]: pass
with open("/dev/null") as s.file: pass
