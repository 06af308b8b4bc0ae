# Only __lt__ is asked, and how often it is asked is CPython's business too.
class Item:
    count = 0
    def __init__(self, n): self.n = n
    def __lt__(self, other):
        Item.count += 1
        return self.n < other.n
    def __repr__(self): return str(self.n)
items = [Item((i * 37) % 101) for i in range(101)]
items.sort()
print(items[:10], Item.count)
Item.count = 0
items.sort(); print(Item.count)
Item.count = 0
items.sort(reverse=True); print(items[:5], Item.count)
Item.count = 0
print(max(items), min(items), Item.count)
