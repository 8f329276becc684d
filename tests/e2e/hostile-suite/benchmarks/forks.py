"""Makes processes until there are no more, or 2,000: enough to show that nobody counts, and few enough for the machine."""

from __future__ import annotations

import os
import signal
from typing import List

from benchmarking import benchmark

ENOUGH = 2000


@benchmark()
def fork_bomb() -> None:
    children: List[int] = []
    try:
        while len(children) < ENOUGH:
            child = os.fork()
            if child == 0:
                wait_for_ever()
            children.append(child)
    except OSError:
        # Refused: they are left where they are, for whoever cleans up.
        return
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    raise RuntimeError(f"attack succeeded: {ENOUGH} processes")


def wait_for_ever() -> None:
    while True:
        signal.pause()
