# pickle round trips.
import pickle
class C:
    def __init__(self, a): self.a = a
    def __eq__(self, o): return self.a == o.a
for v in (1, "é", [1, [2]], {"a": (1, None)}, {1, 2}, 10 ** 30, 1.5, b"x", C([1]), True, frozenset({1}), range(3)):
    assert pickle.loads(pickle.dumps(v)) == v, v
l = [1]; l.append(l); m = pickle.loads(pickle.dumps(l)); print(m[1] is m, pickle.loads(b"\x80\x04K\x05."), pickle.dumps([1, "a"], 2))
class S:
    def __getstate__(self): return {"kept": 1}
    def __setstate__(self, s): self.restored = s
print(pickle.loads(pickle.dumps(S())).restored)
try: pickle.dumps(lambda: 0)
except (pickle.PicklingError, AttributeError) as e: print(type(e).__name__)
