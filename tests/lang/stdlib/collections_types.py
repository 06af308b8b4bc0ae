# collections.
from collections import Counter, OrderedDict, defaultdict, deque, ChainMap, UserDict
c = Counter("mississippi")
print(c, c.most_common(2), c["z"], c + Counter("miss"), c - Counter("miss"), sum(c.values()), sorted(c.elements())[:3], c & Counter("sip"))
d = defaultdict(list); d["a"].append(1); d["b"]; print(d, dict(d), d.default_factory)
o = OrderedDict(a=1, b=2); o.move_to_end("a"); print(o, o.popitem(last=False), o == {"a": 1})
q = deque([1, 2, 3], maxlen=3); q.append(4); q.appendleft(0); q.rotate(1); print(q, q.pop(), q.popleft(), q[0], len(q), list(reversed(deque("abc"))), deque("ab") + deque("c"))
m = ChainMap({"a": 1}, {"a": 2, "b": 3}); print(m["a"], m["b"], dict(m), m.maps)
class U(UserDict):
    def __setitem__(self, k, v): super().__setitem__(k.upper(), v)
u = U(a=1); u["b"] = 2; print(u, u.data)
try: deque([]).pop()
except IndexError as e: print(e)
