# Many insertions and deletions.
d = {}
for i in range(20000):
    d[i * 7919 % 65537] = i
for i in range(0, 20000, 2):
    del d[i * 7919 % 65537]
print(len(d), sum(d), sum(d.values()), list(d)[:3], list(d)[-3:])
s = {str(i): i for i in range(5000)}
print(s["4999"], len(s), sum(s[k] for k in s), all(str(i) in s for i in range(5000)))
