# dataclasses write the boilerplate.
from dataclasses import dataclass, field, replace, asdict, astuple, fields
@dataclass(order=True)
class P:
    x: int
    y: int = 0
    tags: list = field(default_factory=list, compare=False)
p = P(1, tags=["a"])
print(p, p == P(1), P(1) < P(2), replace(p, x=5), asdict(p), astuple(p), [f.name for f in fields(P)])
@dataclass(frozen=True, slots=True)
class F:
    a: int
    def __post_init__(self): print("post", self.a)
f = F(3)
print(hash(f) == hash(F(3)), f)
try:
    f.a = 4
except AttributeError as e:
    print(type(e).__name__, e)
try:
    P()
except TypeError as e:
    print(e)
