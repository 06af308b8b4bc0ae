# A subclass may define __missing__.
class Default(dict):
    def __missing__(self, key):
        self[key] = value = key * 2
        return value
d = Default(a=1)
print(d["a"], d["xy"], d, d.get("q"), "q" in d)
class Loud(dict):
    def __setitem__(self, k, v):
        print("set", k)
        super().__setitem__(k, v)
l = Loud(a=1)
l["b"] = 2
l.update(c=3)
print(l, type(l.copy()).__name__)
