# __iter__ and __next__.
class Countdown:
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self):
        if self.n == 0: raise StopIteration
        self.n -= 1
        return self.n + 1
print(list(Countdown(3)), sum(Countdown(4)), [x for x in Countdown(2)], max(Countdown(5)), tuple(Countdown(1)), 2 in Countdown(3))
class Bad:
    def __iter__(self): return 5
for bad in (lambda: iter(Bad()), lambda: iter(3), lambda: next(5), lambda: list(3), lambda: [*None], lambda: next(iter([]))):
    try:
        bad()
    except (TypeError, StopIteration) as e:
        print(type(e).__name__, e)
c = Countdown(5)
for x in c:
    for y in c:
        print(x, y)
print(iter([1]).__next__(), list(iter(iter("ab").__next__, "b")), list(iter(Countdown(9).__next__, 5)))
