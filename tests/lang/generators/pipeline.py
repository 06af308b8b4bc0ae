# Generators composed.
def numbers():
    n = 0
    while True:
        yield n
        n += 1
def take(n, it):
    for i, x in enumerate(it):
        if i == n: return
        yield x
def where(p, it): return (x for x in it if p(x))
print(list(take(5, where(lambda n: n % 3 == 1, (n * n for n in numbers())))))
def chunks(it, n):
    chunk = []
    for x in it:
        chunk.append(x)
        if len(chunk) == n:
            yield chunk
            chunk = []
    if chunk: yield chunk
print(list(chunks(range(7), 3)))
def permutations(items):
    if not items: yield []
    for i in range(len(items)):
        for rest in permutations(items[:i] + items[i + 1:]):
            yield [items[i]] + rest
print(list(permutations([1, 2, 3])))
