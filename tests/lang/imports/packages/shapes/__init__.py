print("shapes init")
from .round import Circle
from . import flat
__all__ = ["area_names", "flat"]
hidden = 1
def area_names(): return ["circle", flat.NAME]
