# Dotted names are values, compared with ==.
class Color:
    RED, GREEN = "r", "g"
import math
def f(c):
    match c:
        case Color.RED: return "red"
        case Color.GREEN | math.pi: return "green or pi"
        case [Color.RED, *_]: return "list from red"
        case {"c": Color.GREEN}: return "green in dict"
    return "none"
print(f("r"), f(math.pi), f(["r", 1]), f({"c": "g"}), f("x"))
