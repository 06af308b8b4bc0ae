# __del__ may bring its object back, and runs once.
saved = []
class N:
    def __del__(self):
        print("del")
        saved.append(self)
n = N()
del n
print(len(saved))
saved.clear()
print("cleared, no second del")
