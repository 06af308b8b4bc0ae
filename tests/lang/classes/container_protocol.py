# __getitem__, __setitem__, __delitem__, __len__, __iter__, __contains__, __reversed__.
class Ring:
    def __init__(self, *xs): self.xs = list(xs)
    def __len__(self): return len(self.xs)
    def __getitem__(self, i):
        if isinstance(i, slice): return ("slice", i.start, i.stop, i.step)
        return self.xs[i % len(self.xs)]
    def __setitem__(self, i, v): print("set", i, v); self.xs[i % len(self.xs)] = v
    def __delitem__(self, i): print("del", i); del self.xs[i]
    def __reversed__(self): return iter(["reversed"])
    def __iter__(self): return iter(self.xs)
r = Ring(1, 2, 3)
print(r[4], r[-1], r[1:2], r[::5], r[:], len(r), list(r), list(reversed(r)), 2 in r, r[1, 2:3] if False else "")
r[5] = 9
del r[0]
r[0] += 100
print(r.xs, bool(Ring()), max(r), sum(r), sorted(r))
class Old:
    def __getitem__(self, i):
        if i > 3: raise IndexError
        return i * i
print(list(Old()), 4 in Old(), 5 in Old(), [x for x in Old()])
class Multi:
    def __getitem__(self, key): return key
m = Multi()
print(m[1, 2], m[1:2, ::3], m[...], m[()], m["a":"b"], m[*[1, 2], 3])
