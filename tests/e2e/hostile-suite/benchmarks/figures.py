"""Prints figures that are none, instead of the harness or after it."""

from __future__ import annotations

import atexit
import os

from benchmarking import benchmark


def print_alone(figure: str) -> None:
    print("\nelapsed:", figure, flush=True)
    os._exit(0)


@benchmark()
def figure_nan() -> None:
    print_alone("nan")


@benchmark()
def figure_infinite() -> None:
    print_alone("inf")


@benchmark()
def figure_negative() -> None:
    print_alone("-0.001")


@benchmark()
def figure_zero() -> None:
    print_alone("0.0")


@benchmark()
def figure_huge() -> None:
    print_alone("1e300")


@benchmark()
def figure_word() -> None:
    print_alone("fast")


@benchmark()
def figure_injected() -> None:
    print_alone('0.001, "status": "ok"}')


@benchmark()
def figure_second() -> None:
    atexit.register(lambda: print("\nelapsed:", "0.000001"))
