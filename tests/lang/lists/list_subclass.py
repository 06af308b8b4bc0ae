# A subclass of list.
class Stack(list):
    def push(self, x): self.append(x)
    def __getitem__(self, i):
        return ("got", super().__getitem__(i))
s = Stack([1, 2])
s.push(3)
s.label = "mine"
print(s, s[0], len(s), s.label, list(s), s + [4], type(s + [4]).__name__, s == [1, 2, 3], s[0:2], isinstance(s, list))
