# Packages, relative imports, __init__, __all__.
import shapes
from shapes.round import Circle
from shapes import *
import shapes.flat.square as sq
print(Circle(2).describe(), area_names(), sq.Square(3).describe(), shapes.flat.square is sq)
print(shapes.__name__, shapes.__package__, shapes.round.__package__, sq.__name__, Circle.__module__)
try:
    hidden
except NameError as e:
    print(e)
try:
    from shapes import nothing
except ImportError as e:
    print(str(e).split(" (")[0])
