# Enumerations.
from enum import Enum, IntEnum, Flag, auto, unique
class Color(Enum):
    RED = 1
    GREEN = 2
    ALIAS = 1
    def nice(self): return self.name.title()
print(Color.RED, repr(Color.RED), Color(2), Color["GREEN"], Color.ALIAS is Color.RED, list(Color), Color.RED.nice(), Color.RED.value, Color.RED in Color, len(Color))
class N(IntEnum):
    ONE = auto()
    TWO = auto()
print(N.ONE + 1, N.TWO > 1, sorted([N.TWO, N.ONE]), f"{N.TWO}")
class Perm(Flag):
    R = auto()
    W = auto()
    X = auto()
print(Perm.R | Perm.W, Perm.R in (Perm.R | Perm.X), ~Perm.R, Perm(0), (Perm.R | Perm.W).value)
for bad in (lambda: Color(9), lambda: Color["NO"], lambda: setattr(Color, "RED", 5)):
    try:
        bad()
    except (ValueError, KeyError, AttributeError) as e:
        print(type(e).__name__, e)
