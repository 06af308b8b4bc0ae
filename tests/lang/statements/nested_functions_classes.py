# Functions in classes in functions.
def make(base):
    class Inner:
        factor = base
        def times(self, n):
            def inner():
                return n * self.factor * base
            return inner
        class Deep:
            def get(self): return base, __class__.__qualname__
    return Inner
I = make(3)
print(I().times(2)(), I.Deep().get(), I.__qualname__)
def recursive_class(n):
    if n == 0: return []
    class C:
        depth = n
        sub = recursive_class(n - 1)
    return [C.depth] + C.sub
print(recursive_class(3))
