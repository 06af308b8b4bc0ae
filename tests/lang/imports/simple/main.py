# Modules are imported once; a name in them is an attribute.
import helper
import helper as h
from helper import double, VALUE as V
print(helper.double(4), h is helper, double(V), helper.__name__)
helper.VALUE = 50
print(V, helper.get())
import sys
print("helper" in sys.modules, sys.modules["helper"] is helper)
