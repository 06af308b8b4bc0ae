# A class makes instances with their own attributes.
class Point:
    "A point."
    dimensions = 2
    def __init__(self, x, y):
        self.x = x
        self.y = y
    def norm2(self):
        return self.x ** 2 + self.y ** 2
p, q = Point(3, 4), Point(0, 1)
print(p.x, q.y, p.norm2(), Point.dimensions, p.dimensions, Point.__doc__, Point.__name__, type(p) is Point)
p.x = 10
p.dimensions = 3
print(p.x, q.dimensions, p.dimensions, p.__dict__, isinstance(p, Point), Point.norm2(q))
print(p.__class__.__qualname__, Point.__module__, Point.__bases__, vars(q))
