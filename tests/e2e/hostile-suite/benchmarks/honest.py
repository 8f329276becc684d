"""What must be measured whatever the others do."""

from __future__ import annotations

from typing import List

from benchmarking import benchmark


@benchmark()
def honest_numbers() -> None:
    total = 0
    for number in range(200000):
        total += number % 7
    assert total == 599994, total


@benchmark()
def honest_words() -> None:
    words: List[str] = []
    for number in range(20000):
        words.append(str(number))
    assert len("".join(words)) == 88890
