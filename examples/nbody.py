"""The motion of the Sun and the giant planets, by a symplectic integrator.

    nbody.py [STEPS]

Prints the positions of the planets and how well the energy is kept.
"""

import math
import sys

SOLAR_MASS = 4 * math.pi**2
DAYS = 365.24


class Body:
    """A mass point: position in astronomical units, velocity in units a year, mass in solar units."""

    __slots__ = ("name", "x", "y", "z", "vx", "vy", "vz", "mass")

    def __init__(self, name, position, velocity, mass):
        self.name = name
        self.x, self.y, self.z = position
        self.vx, self.vy, self.vz = (v * DAYS for v in velocity)
        self.mass = mass * SOLAR_MASS

    def kinetic_energy(self):
        return 0.5 * self.mass * (self.vx**2 + self.vy**2 + self.vz**2)

    def distance(self, other):
        return math.sqrt((self.x - other.x) ** 2 + (self.y - other.y) ** 2 + (self.z - other.z) ** 2)

    def speed(self):
        return math.sqrt(self.vx**2 + self.vy**2 + self.vz**2)


def solar_system():
    return [
        Body("Sun", (0.0, 0.0, 0.0), (0.0, 0.0, 0.0), 1.0),
        Body(
            "Jupiter",
            (4.84143144246472090, -1.16032004402742839, -1.03622044471123109e-01),
            (1.66007664274403694e-03, 7.69901118419740425e-03, -6.90460016972063023e-05),
            9.54791938424326609e-04,
        ),
        Body(
            "Saturn",
            (8.34336671824457987, 4.12479856412430479, -4.03523417114321381e-01),
            (-2.76742510726411904e-03, 4.99852801234917238e-03, 2.30417297573763929e-05),
            2.85885980666130812e-04,
        ),
        Body(
            "Uranus",
            (1.28943695621391310e01, -1.51111514016986312e01, -2.23307578892655734e-01),
            (2.96460137564761618e-03, 2.37847173959480950e-03, -2.96589568540237556e-05),
            4.36624404335156298e-05,
        ),
        Body(
            "Neptune",
            (1.53796971148509165e01, -2.59193146099879641e01, 1.79258772950371181e-01),
            (2.68067772490389322e-03, 1.62824170038242295e-03, -9.51592254519715870e-05),
            5.15138902046611451e-05,
        ),
    ]


class System:
    """Bodies that attract each other."""

    def __init__(self, bodies):
        self.bodies = bodies
        self.pairs = [(a, b) for i, a in enumerate(bodies) for b in bodies[i + 1 :]]
        self.stop_the_drift()

    def stop_the_drift(self):
        """Gives the Sun the momentum that makes the whole stand still."""
        sun = self.bodies[0]
        for axis in ("vx", "vy", "vz"):
            momentum = sum(getattr(body, axis) * body.mass for body in self.bodies[1:])
            setattr(sun, axis, -momentum / sun.mass)

    def energy(self):
        kinetic = sum(body.kinetic_energy() for body in self.bodies)
        potential = sum(a.mass * b.mass / a.distance(b) for a, b in self.pairs)
        return kinetic - potential

    def advance(self, dt, steps):
        pairs, bodies = self.pairs, self.bodies
        for _ in range(steps):
            for a, b in pairs:
                dx = a.x - b.x
                dy = a.y - b.y
                dz = a.z - b.z
                squared = dx * dx + dy * dy + dz * dz
                magnitude = dt / (squared * math.sqrt(squared))
                pull = b.mass * magnitude
                a.vx -= dx * pull
                a.vy -= dy * pull
                a.vz -= dz * pull
                pull = a.mass * magnitude
                b.vx += dx * pull
                b.vy += dy * pull
                b.vz += dz * pull
            for body in bodies:
                body.x += dt * body.vx
                body.y += dt * body.vy
                body.z += dt * body.vz


def report(system):
    sun, *planets = system.bodies
    for planet in planets:
        print(f"{planet.name:<8} ({planet.x:+9.5f}, {planet.y:+9.5f}, {planet.z:+9.5f})", end="  ")
        print(f"{planet.distance(sun):8.4f} from the Sun, speed {planet.speed():.5f}")


def main():
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else 20000
    system = System(solar_system())
    start = system.energy()
    print(f"energy {start:.9f}")
    report(system)
    system.advance(0.01, steps)
    print(f"after {steps} steps ({steps * 0.01:g} years): energy {system.energy():.9f}")
    report(system)
    drift = abs((system.energy() - start) / start)
    print(f"relative change of the energy: {drift:.3e}, {'good' if drift < 1e-3 else 'bad'}")


main()
