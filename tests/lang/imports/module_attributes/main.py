# __getattr__ of a module, __name__, __file__, reload.
import lazy, importlib, sys, os
print(lazy.anything, lazy.real, __name__, lazy.__name__, os.path.basename(lazy.__file__), os.path.basename(__file__))
try:
    lazy.missing
except AttributeError as e:
    print(e)
print(importlib.import_module("lazy") is lazy, importlib.reload(lazy) is lazy)
lazy.added = 1
print(sorted(n for n in vars(lazy) if not n.startswith("__")), type(lazy).__name__, repr(lazy).split(" from ")[0])
import types
m = types.ModuleType("made", "doc")
m.x = 5
sys.modules["made"] = m
import made
print(made.x, made.__doc__, made)
del lazy.added
try:
    lazy.added
except AttributeError as e:
    print(e)
