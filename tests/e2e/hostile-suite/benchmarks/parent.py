"""Kills whoever started it, and whoever started that."""

from __future__ import annotations

import os
import signal

from benchmarking import benchmark


@benchmark()
def kill_parents() -> None:
    if os.getuid() == 0:
        raise RuntimeError("not as root: this kills")
    process = os.getppid()
    while process >= 1:
        parent = parent_of(process)
        try:
            os.kill(process, signal.SIGKILL)
        except OSError:
            pass
        process = parent


def parent_of(process: int) -> int:
    try:
        with open(f"/proc/{process}/stat") as file:
            return int(file.read().rpartition(")")[2].split()[1])
    except OSError:
        return 0
