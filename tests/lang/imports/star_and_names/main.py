# What * brings in.
from names import *
print(public, "_private" in globals(), "names" in globals(), sorted(n for n in globals() if not n.startswith("_")))
from names import _private
print(_private)
import names.nothing_here
