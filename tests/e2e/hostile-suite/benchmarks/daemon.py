"""Goes on running when it is over."""

from __future__ import annotations

import os

from benchmarking import benchmark


@benchmark()
def leave_daemon() -> None:
    child = os.fork()
    if child != 0:
        os.waitpid(child, 0)
        return
    os.setsid()
    if os.fork() != 0:
        os._exit(0)
    # Nobody waits for it through an open pipe.
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    os.execv("/bin/sleep", ["hostile-daemon", "3600"])
