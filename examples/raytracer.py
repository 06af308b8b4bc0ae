"""A ray tracer: spheres and a chequered floor, with shadows and reflections, written as a PPM picture.

    raytracer.py [FILE [WIDTH HEIGHT]]

Without a file, the picture goes to a temporary folder. Prints a small version of it in characters, and a checksum.
"""

import math
import os
import sys
import tempfile

EPSILON = 1e-6


class Vector:
    """A point, a direction or a colour."""

    __slots__ = ("x", "y", "z")

    def __init__(self, x, y, z):
        self.x = x
        self.y = y
        self.z = z

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y, self.z + other.z)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y, self.z - other.z)

    def __mul__(self, factor):
        if isinstance(factor, Vector):
            return Vector(self.x * factor.x, self.y * factor.y, self.z * factor.z)
        return Vector(self.x * factor, self.y * factor, self.z * factor)

    __rmul__ = __mul__

    def __neg__(self):
        return Vector(-self.x, -self.y, -self.z)

    def __repr__(self):
        return f"Vector({self.x:.3f}, {self.y:.3f}, {self.z:.3f})"

    def dot(self, other):
        return self.x * other.x + self.y * other.y + self.z * other.z

    def cross(self, other):
        return Vector(
            self.y * other.z - self.z * other.y,
            self.z * other.x - self.x * other.z,
            self.x * other.y - self.y * other.x,
        )

    def length(self):
        return math.sqrt(self.dot(self))

    def unit(self):
        return self * (1 / self.length())

    def reflected(self, normal):
        return self - normal * (2 * self.dot(normal))


class Ray:
    __slots__ = ("origin", "direction")

    def __init__(self, origin, direction):
        self.origin = origin
        self.direction = direction.unit()

    def at(self, distance):
        return self.origin + self.direction * distance


class Material:
    def __init__(self, colour, shine=0.0, mirror=0.0):
        self.colour = colour
        self.shine = shine
        self.mirror = mirror

    def colour_at(self, point):
        return self.colour


class Chequered(Material):
    def __init__(self, light, dark, **options):
        super().__init__(light, **options)
        self.dark = dark

    def colour_at(self, point):
        is_light = (math.floor(point.x) + math.floor(point.z)) % 2 == 0
        return self.colour if is_light else self.dark


class Sphere:
    def __init__(self, centre, radius, material):
        self.centre = centre
        self.radius = radius
        self.material = material

    def hit(self, ray):
        """The distance at which a ray meets the sphere, or None."""
        offset = ray.origin - self.centre
        half_b = offset.dot(ray.direction)
        discriminant = half_b * half_b - offset.dot(offset) + self.radius * self.radius
        if discriminant < 0:
            return None
        root = math.sqrt(discriminant)
        for distance in (-half_b - root, -half_b + root):
            if distance > EPSILON:
                return distance
        return None

    def normal(self, point):
        return (point - self.centre) * (1 / self.radius)


class Plane:
    def __init__(self, height, material):
        self.height = height
        self.material = material

    def hit(self, ray):
        if abs(ray.direction.y) < EPSILON:
            return None
        distance = (self.height - ray.origin.y) / ray.direction.y
        return distance if distance > EPSILON else None

    def normal(self, point):
        return Vector(0.0, 1.0, 0.0)


class Scene:
    """Things, lights and a sky."""

    MAXIMUM_DEPTH = 4
    AMBIENT = 0.15

    def __init__(self, things, lights):
        self.things = things
        self.lights = lights

    def nearest(self, ray):
        best, best_thing = math.inf, None
        for thing in self.things:
            distance = thing.hit(ray)
            if distance is not None and distance < best:
                best, best_thing = distance, thing
        return best_thing, best

    def sky(self, direction):
        height = max(0.0, direction.y)
        return Vector(0.9, 0.9, 1.0) * (1 - height) + Vector(0.3, 0.5, 0.9) * height

    def colour(self, ray, depth=0):
        thing, distance = self.nearest(ray)
        if thing is None:
            return self.sky(ray.direction)
        point = ray.at(distance)
        normal = thing.normal(point)
        material = thing.material
        base = material.colour_at(point)
        result = base * self.AMBIENT
        for light in self.lights:
            to_light = light - point
            reach = to_light.length()
            shadow_ray = Ray(point, to_light)
            blocker, blocked_at = self.nearest(shadow_ray)
            if blocker is not None and blocked_at < reach:
                continue
            slant = normal.dot(shadow_ray.direction)
            if slant > 0:
                result = result + base * (slant * 0.85)
            if material.shine:
                glance = shadow_ray.direction.reflected(normal).dot(ray.direction)
                if glance > 0:
                    result = result + Vector(1.0, 1.0, 1.0) * (material.shine * glance**30)
        if material.mirror and depth < self.MAXIMUM_DEPTH:
            mirrored = self.colour(Ray(point, ray.direction.reflected(normal)), depth + 1)
            result = result * (1 - material.mirror) + mirrored * material.mirror
        return result


class Camera:
    def __init__(self, position, target, opening_degrees, width, height):
        self.position = position
        self.width, self.height = width, height
        self.forward = (target - position).unit()
        self.right = self.forward.cross(Vector(0.0, 1.0, 0.0)).unit()
        self.up = self.right.cross(self.forward)
        self.half = math.tan(math.radians(opening_degrees) / 2)

    def ray(self, column, row):
        across = (2 * (column + 0.5) / self.width - 1) * self.half
        upwards = (1 - 2 * (row + 0.5) / self.height) * self.half * self.height / self.width
        return Ray(self.position, self.forward + self.right * across + self.up * upwards)


def render(scene, camera):
    """The picture as bytes: three for each pixel."""
    pixels = bytearray()
    for row in range(camera.height):
        for column in range(camera.width):
            colour = scene.colour(camera.ray(column, row))
            for part in (colour.x, colour.y, colour.z):
                pixels.append(int(255 * min(1.0, max(0.0, part)) ** (1 / 2.2) + 0.5))
    return pixels


def sample_scene():
    red = Material(Vector(0.9, 0.2, 0.2), shine=0.6, mirror=0.1)
    glass = Material(Vector(0.8, 0.9, 0.9), shine=0.9, mirror=0.7)
    green = Material(Vector(0.2, 0.7, 0.3), shine=0.3)
    gold = Material(Vector(0.9, 0.7, 0.2), shine=0.8, mirror=0.3)
    floor = Chequered(Vector(0.9, 0.9, 0.9), Vector(0.1, 0.1, 0.1), mirror=0.1)
    things = [
        Plane(0.0, floor),
        Sphere(Vector(0.0, 1.0, 0.0), 1.0, glass),
        Sphere(Vector(-2.1, 0.7, 0.4), 0.7, red),
        Sphere(Vector(1.9, 0.8, -0.5), 0.8, gold),
        Sphere(Vector(0.7, 0.35, 1.6), 0.35, green),
    ]
    return Scene(things, lights=[Vector(-4.0, 6.0, 5.0), Vector(5.0, 3.0, 4.0)])


def in_characters(pixels, width, height, columns=60):
    """A picture for a terminal."""
    step = max(1, width // columns)
    shades = " .:-=+*#%@"
    for row in range(0, height - 1, step * 2):
        line = ""
        for column in range(0, width, step):
            red, green, blue = pixels[(row * width + column) * 3 :][:3]
            brightness = (2 * red + 5 * green + blue) // 8
            line += shades[brightness * len(shades) // 256]
        yield line.rstrip()


def checksum(data):
    """Adler's sum of the bytes."""
    low, high = 1, 0
    for byte in data:
        low = (low + byte) % 65521
        high = (high + low) % 65521
    return high << 16 | low


def main():
    arguments = sys.argv[1:]
    width, height = (int(arguments[1]), int(arguments[2])) if len(arguments) == 3 else (120, 80)
    camera = Camera(Vector(0.5, 2.0, 6.0), Vector(0.0, 0.7, 0.0), 50, width, height)
    pixels = render(sample_scene(), camera)

    path = arguments[0] if arguments else os.path.join(tempfile.mkdtemp(), "picture.ppm")
    with open(path, "wb") as file:
        file.write(b"P6\n%d %d\n255\n" % (width, height))
        file.write(pixels)
    size = os.path.getsize(path)
    if not arguments:
        os.remove(path)
        os.rmdir(os.path.dirname(path))

    for line in in_characters(pixels, width, height):
        print(line)
    print(f"{width} x {height} pixels, {size} bytes, checksum {checksum(pixels):08x}")


main()
