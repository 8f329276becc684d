"""The planet system of orbits.py, written as one writes for the compiler: attributes instead of lists, native loops."""

from __future__ import annotations

from typing import List

from benchmarking import benchmark


class Body:
    def __init__(self, x: float, y: float, z: float, vx: float, vy: float, vz: float, mass: float) -> None:
        self.x = x
        self.y = y
        self.z = z
        self.vx = vx
        self.vy = vy
        self.vz = vz
        self.mass = mass


def planets() -> List[Body]:
    bodies = [Body(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0)]
    for number in range(1, 6):
        n = float(number)
        bodies.append(Body(n, 0.1 * n, 0.0, 0.0, n**-0.5, 0.01 * n, 1e-3 / n))
    return bodies


def attract(body: Body, other: Body, seconds: float) -> None:
    dx = body.x - other.x
    dy = body.y - other.y
    dz = body.z - other.z
    pull = seconds / (dx * dx + dy * dy + dz * dz) ** 1.5
    body.vx -= dx * other.mass * pull
    body.vy -= dy * other.mass * pull
    body.vz -= dz * other.mass * pull
    other.vx += dx * body.mass * pull
    other.vy += dy * body.mass * pull
    other.vz += dz * body.mass * pull


def advance(bodies: List[Body], seconds: float) -> None:
    for index in range(len(bodies)):
        for other in range(index + 1, len(bodies)):
            attract(bodies[index], bodies[other], seconds)
    for body in bodies:
        body.x += seconds * body.vx
        body.y += seconds * body.vy
        body.z += seconds * body.vz


@benchmark(compiled_variant=True)
def orbits() -> None:
    bodies = planets()
    for _ in range(3600):
        advance(bodies, 0.001)
    assert abs(bodies[0].x) < 0.1
