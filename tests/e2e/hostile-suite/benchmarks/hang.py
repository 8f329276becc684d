"""Does not end, and does not listen."""

from __future__ import annotations

import signal
import time

from benchmarking import benchmark


@benchmark()
def hang() -> None:
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM):
        signal.signal(name, signal.SIG_IGN)
    while True:
        time.sleep(1.0)
