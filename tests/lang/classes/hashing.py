# __hash__ and __eq__ together make keys.
class P:
    def __init__(self, x, y): self.x, self.y = x, y
    def __eq__(self, o): return (self.x, self.y) == (o.x, o.y)
    def __hash__(self): return hash((self.x, self.y))
s = {P(1, 2), P(1, 2), P(2, 1)}
print(len(s), P(2, 1) in s, hash(P(1, 2)) == hash((1, 2)))
class NoHash:
    def __eq__(self, o): return True
print(NoHash.__hash__)
class BadHash:
    def __hash__(self): return "x"
class BigHash:
    def __hash__(self): return 2 ** 70
class MinusOne:
    def __hash__(self): return -1
try:
    hash(BadHash())
except TypeError as e:
    print(e)
print(hash(BigHash()) == hash(2 ** 70), hash(MinusOne()))
