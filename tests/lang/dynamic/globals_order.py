# The module's namespace keeps the order of first binding.
b = 1
a = 2
def f(): pass
b = 3
del a
a = 4
globals()["zz"] = 5
print([n for n in globals() if not n.startswith("__")])
