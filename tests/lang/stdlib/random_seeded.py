# random gives CPython's sequence for a given seed.
import random
r = random.Random(42)
print([r.random() for _ in range(3)], [r.randint(1, 100) for _ in range(5)], r.choice("abcdef"), r.sample(range(50), 5), r.uniform(1, 2), r.gauss(0, 1), r.getrandbits(70))
l = list(range(8)); r.shuffle(l); print(l, r.choices([1, 2, 3], k=4), r.randrange(0, 100, 7), r.triangular())
random.seed("text"); print(random.random())
