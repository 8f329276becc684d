"""Prints figures that are none, when the harness has had its say."""

from __future__ import annotations

import atexit

from benchmarking import benchmark


def print_last(figure: str) -> None:
    atexit.register(lambda: print("\nelapsed:", figure))


@benchmark()
def figure_nan() -> None:
    print_last("nan")


@benchmark()
def figure_infinite() -> None:
    print_last("inf")


@benchmark()
def figure_negative() -> None:
    print_last("-0.001")


@benchmark()
def figure_zero() -> None:
    print_last("0.0")


@benchmark()
def figure_huge() -> None:
    print_last("1e300")


@benchmark()
def figure_word() -> None:
    print_last("fast")


@benchmark()
def figure_injected() -> None:
    print_last('0.001, "status": "ok"}')
