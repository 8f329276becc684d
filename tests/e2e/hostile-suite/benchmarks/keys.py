"""Reads what is nobody's business."""

from __future__ import annotations

import glob
import os
import sys
from typing import List

from benchmarking import benchmark

PLACES = [
    os.path.expanduser("~/.ssh/*"),
    "/home/*/.ssh/*",
    "/root/.ssh/*",
    "/etc/shadow",
    "/etc/gshadow",
    "/etc/ssh/ssh_host_*_key",
    "/etc/evenkeel/*",
    "/opt/evenkeel/*.json",
    "/srv/results/.git/config",
    "/srv/state/*",
    "/run/evenkeel/*",
    "/proc/1/environ",
]


@benchmark()
def read_keys() -> None:
    read = secrets_read()
    if read:
        raise RuntimeError("attack succeeded: read " + ", ".join(read))


def secrets_read() -> List[str]:
    read: List[str] = []
    for place in PLACES:
        for path in glob.glob(place):
            try:
                with open(path, "rb") as file:
                    content = file.read(4096)
                # Its own first process is pid 1 in a sandbox, and no secret.
                if content and not (path == "/proc/1/environ" and is_own_first_process()):
                    read.append(path)
                    # What is printed ends up in the result.
                    sys.stdout.write(content.decode("latin-1") + "\n")
            except OSError:
                pass
    if "SSH_AUTH_SOCK" in os.environ:
        read.append("SSH_AUTH_SOCK")
    return read


def is_own_first_process() -> bool:
    """systemd is pid 1 of a host; of a sandbox it is what started this."""
    try:
        with open("/proc/1/comm") as file:
            return file.read().strip() not in ("systemd", "init")
    except OSError:
        return True
