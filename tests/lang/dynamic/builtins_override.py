# Built-ins can be shadowed and replaced.
import builtins
def len(x): return "mine"
print(len([]), builtins.len([]))
del len
print(len([]))
real = builtins.abs
builtins.abs = lambda x: "replaced"
def f(): return abs(-1)
print(f())
builtins.abs = real
print(f())
builtins.new_name = 42
print(new_name)
del builtins.new_name
try: new_name
except NameError as e: print(e)
