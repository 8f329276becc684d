"""Talks to whom it likes."""

from __future__ import annotations

import socket
from typing import List, Tuple

from benchmarking import benchmark


@benchmark()
def reach_network() -> None:
    reached = addresses_reached()
    if reached:
        raise RuntimeError("attack succeeded: reached " + ", ".join(reached))


def addresses_reached() -> List[str]:
    reached: List[str] = []
    names = [name for _, name in socket.if_nameindex() if name != "lo"]
    if names:
        reached.append("interfaces " + " ".join(names))
    # No packet is sent: connecting says whether there is a route.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            reached.append("a route to 192.0.2.1")
        except OSError:
            pass
    for address, port in listeners():
        try:
            with socket.create_connection((address, port), 1.0):
                reached.append(f"{address}:{port}")
        except OSError:
            pass
    return reached


def listeners() -> List[Tuple[str, int]]:
    """What listens on this machine, the first twenty."""
    found: List[Tuple[str, int]] = []
    with open("/proc/net/tcp") as file:
        for line in file.read().splitlines()[1:]:
            fields = line.split()
            if fields[3] != "0A":
                continue
            word, port = fields[1].split(":")
            address = ".".join(str(int(word[place : place + 2], 16)) for place in (6, 4, 2, 0))
            found.append(("127.0.0.1" if address == "0.0.0.0" else address, int(port, 16)))
    return found[:20]
