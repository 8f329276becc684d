"""A planet system in floating point, as plain Python has it. Its compiled form is in orbits_mypyc.py."""

from __future__ import annotations

from typing import List

from benchmarking import benchmark


class Body:
    def __init__(self, position: List[float], velocity: List[float], mass: float) -> None:
        self.position = position
        self.velocity = velocity
        self.mass = mass


def planets() -> List[Body]:
    sun = Body([0.0, 0.0, 0.0], [0.0, 0.0, 0.0], 1.0)
    others = [Body([float(n), 0.1 * n, 0.0], [0.0, n**-0.5, 0.01 * n], 1e-3 / n) for n in range(1, 6)]
    return [sun, *others]


def advance(bodies: List[Body], seconds: float) -> None:
    for index, body in enumerate(bodies):
        for other in bodies[index + 1 :]:
            distances = [a - b for a, b in zip(body.position, other.position)]
            pull = seconds / sum(distance * distance for distance in distances) ** 1.5
            for axis in range(3):
                body.velocity[axis] -= distances[axis] * other.mass * pull
                other.velocity[axis] += distances[axis] * body.mass * pull
    for body in bodies:
        for axis in range(3):
            body.position[axis] += seconds * body.velocity[axis]


@benchmark()
def orbits() -> None:
    bodies = planets()
    for _ in range(3600):
        advance(bodies, 0.001)
    assert abs(bodies[0].position[0]) < 0.1
