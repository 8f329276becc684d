"""Prints more than anybody reads."""

from __future__ import annotations

import sys

from benchmarking import benchmark


@benchmark()
def print_gigabyte() -> None:
    line = "x" * 1023 + "\n"
    chunk = line * 1024
    for _ in range(1024):
        sys.stdout.write(chunk)
    sys.stdout.flush()
    raise RuntimeError("attack succeeded: printed 1 GB")
