# Library modules that nothing mentions by name are there at run time all the same.
import importlib.util
import linecache
import sys

name = "text" + "wrap"
print(importlib.import_module(name).shorten("several words in a row", 12))
print(__import__("color" + "sys").rgb_to_hsv(1, 0, 0))
exec("import encodings.cp1250, keyword\nprint(keyword.iskeyword('if'))")
print("žluť".encode("cp" + "1250"), b"\x9elut\x9d".decode("windows-1250"))
module = importlib.reload(sys.modules["textwrap"])
print(module.__name__, module.__spec__.name, type(module.__loader__).__name__)
print(linecache.getline(module.__file__, 1, vars(module)).strip())
print(importlib.util.find_spec("wave") is not None, importlib.util.find_spec("no_such_module"))
try:
    importlib.import_module("no" + "_such_module")
except ModuleNotFoundError as error:
    print(error, error.name)
