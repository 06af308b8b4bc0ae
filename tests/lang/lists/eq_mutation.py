# __eq__ may change the list that is being searched.
class Sneaky:
    def __eq__(self, other):
        items.clear()
        return False
items = [Sneaky(), Sneaky(), Sneaky()]
print(5 in items, items)
items = [Sneaky(), Sneaky()]
try:
    items.remove(7)
except ValueError as e:
    print(e)
