"""Takes all the space there is, or 10 GB: in its folder, in /tmp, in its home, wherever it may. Keeps it for two seconds: others starve."""

from __future__ import annotations

import os
import time
from typing import List

from benchmarking import benchmark

GIGABYTE = 1 << 30
GIGABYTES = 10
ELSEWHERE = ["/tmp", "/var/tmp", "/", "/dev", "/dev/shm", "/srv/state", "/srv/results", os.path.expanduser("~")]


@benchmark()
def fill_disk() -> None:
    fill_all(["."])


@benchmark()
def fill_elsewhere() -> None:
    fill_all(ELSEWHERE)


def fill_all(places: List[str]) -> None:
    full: List[str] = []
    for place in places:
        paths = fill(place)
        if len(paths) == GIGABYTES:
            time.sleep(2.0)
            full.append(place)
            for path in paths:
                os.remove(path)
    if full:
        raise RuntimeError(f"attack succeeded: {GIGABYTES} GB in " + ", ".join(full))


def fill(place: str) -> List[str]:
    """The files of one gigabyte each that there was room for. What is refused stays as far as it came."""
    paths: List[str] = []
    for number in range(GIGABYTES):
        path = os.path.join(place, f"hostile-fill-{number}")
        try:
            file = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        except OSError:
            return paths
        try:
            os.posix_fallocate(file, 0, GIGABYTE)
        except OSError:
            return paths
        finally:
            os.close(file)
        paths.append(path)
    return paths
