"""Asks the machine's services for more."""

from __future__ import annotations

import socket
from typing import List

from benchmarking import benchmark

SOCKETS = [
    "/run/dbus/system_bus_socket",
    "/var/run/dbus/system_bus_socket",
    "/run/systemd/private",
    "/run/systemd/notify",
    "/run/systemd/journal/stdout",
    "/run/systemd/journal/socket",
    "/run/docker.sock",
]


@benchmark()
def ask_services() -> None:
    reached = services_reached(SOCKETS + abstract_sockets())
    if reached:
        raise RuntimeError("attack succeeded: connected to " + ", ".join(reached))


def services_reached(sockets: List[str]) -> List[str]:
    reached: List[str] = []
    for path in sockets:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            with socket.socket(socket.AF_UNIX, kind) as service:
                try:
                    service.connect(path)
                    reached.append(repr(path))
                except OSError:
                    pass
    return reached


def abstract_sockets() -> List[str]:
    """Those without a file, which no mount hides."""
    names: List[str] = []
    with open("/proc/net/unix") as file:
        for line in file.read().splitlines()[1:]:
            fields = line.split()
            if len(fields) > 7 and fields[7].startswith("@"):
                names.append("\0" + fields[7][1:])
    return names
