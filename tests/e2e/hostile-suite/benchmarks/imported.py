"""Attacks whoever imports it: who lists the suite does. What gets through there becomes one more benchmark."""

from __future__ import annotations

import os
from typing import List

from benchmarking import benchmark
from benchmarks.bus import SOCKETS, abstract_sockets, services_reached
from benchmarks.keys import secrets_read
from benchmarks.network import addresses_reached


@benchmark()
def imported() -> None:
    pass


def attack() -> List[str]:
    return secrets_read() + addresses_reached() + services_reached(SOCKETS + abstract_sockets()) + written()


def written() -> List[str]:
    """Only a sample has a copy of the suite that it may write to."""
    path = os.path.abspath("hostile-imported")
    if "EVENKEEL_PADDING" in os.environ:
        return []
    try:
        with open(path, "w"):
            return [path]
    except OSError:
        return []


got = attack()
if got:

    @benchmark()
    def attack_succeeded_at_import() -> None:
        raise RuntimeError("attack succeeded: while it was imported, " + ", ".join(got))
