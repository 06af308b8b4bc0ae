import os.path
from math import pi as PI, tau
from . import sibling
