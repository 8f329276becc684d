"""Leaves among its own program what whoever hashes it may hang on."""

from __future__ import annotations

import os

from benchmarking import benchmark


@benchmark()
def leave_traps() -> None:
    if os.path.exists("trap.py"):
        return
    os.mkfifo("trap.py")
    os.symlink("/dev/zero", "endless.py")
    os.symlink(".", "loop")
    with open("sparse.py", "w") as file:
        file.truncate(3 << 30)
    with open("two\nlines\x1b[2J.so", "w"):
        pass
    for _ in range(2000):
        os.mkdir("deeper")
        os.chdir("deeper")
