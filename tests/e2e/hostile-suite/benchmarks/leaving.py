"""Is sound itself; its compiler leaves beside it what must not leave the build: see `compiler_plugin.py`."""

from __future__ import annotations

from benchmarking import benchmark


@benchmark()
def leaving() -> None:
    pass
