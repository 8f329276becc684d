"""Has its attack in the compiler: see `compiler_plugin.py`."""

from __future__ import annotations

from benchmarking import benchmark


@benchmark()
def compiling() -> None:
    pass
