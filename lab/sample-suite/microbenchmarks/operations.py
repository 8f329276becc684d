"""One kind of operation each."""

from __future__ import annotations

from typing import Dict, List

from mypy_extensions import i64

from benchmarking import benchmark


@benchmark()
def list_build() -> None:
    total = 0
    for length in range(1200):
        numbers: List[int] = []
        for number in range(length):
            numbers.append(number * 3)
        numbers[0:1] = [1]
        total += numbers[-1] + len(numbers)
    assert total > 0


@benchmark(stable_hash_seed=True)
def dict_update() -> None:
    names = [f"name{number}" for number in range(500)]
    counts: Dict[str, int] = {}
    for repetition in range(500):
        for name in names:
            if name in counts:
                counts[name] += repetition
            else:
                counts[name] = 1
    assert len(counts) == 500


@benchmark()
def method_calls() -> None:
    shapes: List[Shape] = [Square(n) if n % 2 else Strip(n) for n in range(200)]
    total = 0
    for _ in range(6000):
        for shape in shapes:
            total += shape.area()
    assert total > 0


class Shape:
    def __init__(self, side: int) -> None:
        self.side = side

    def area(self) -> int:
        raise NotImplementedError


class Square(Shape):
    def area(self) -> int:
        return self.side * self.side


class Strip(Shape):
    def area(self) -> int:
        return self.side * 2


@benchmark()
def string_join() -> None:
    length = 0
    for repetition in range(1500):
        parts: List[str] = []
        for number in range(100):
            parts.append("item " + str(number + repetition))
        length += len(", ".join(parts))
    assert length > 0


@benchmark(compiled_only=True)
def integer_mix() -> None:
    state: i64 = 1
    mask: i64 = 2147483647
    for _ in range(1_500_000):
        state = (state * 16807 + 12345) & mask
        state = state ^ (state >> 7)
    assert state >= 0
