# Objects of one class may have very different attributes.
class Bag: pass
bags = []
for i in range(50):
    b = Bag()
    for j in range(i % 7):
        setattr(b, f"f{(i * 3 + j) % 11}", j)
    bags.append(b)
print([len(vars(b)) for b in bags][:10], sum(getattr(b, "f3", 0) for b in bags), vars(bags[6]))
big = Bag()
for i in range(100): setattr(big, f"n{i}", i)
for i in range(0, 100, 3): delattr(big, f"n{i}")
print(len(vars(big)), big.n1, hasattr(big, "n3"), list(vars(big))[:4])
