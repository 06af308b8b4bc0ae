# A subclass of str.
class Name(str):
    def __new__(cls, text, extra=None):
        self = super().__new__(cls, text.title())
        self.extra = extra
        return self
    def __len__(self): return 99
    def shout(self): return self.upper() + "!"
n = Name("ann lee", 5)
print(n, repr(n), n.extra, len(n), n.shout(), n == "Ann Lee", {n: 1}["Ann Lee"], type(n + "").__name__, type(n.upper()).__name__)
print(isinstance(n, str), "Ann" in n, n[0], f"{n:>10}", "-".join([n, n]))
