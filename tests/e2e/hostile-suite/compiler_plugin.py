"""A plugin of the compiler, which `mypy.ini` names: the suite's code runs while it is compiled, with a network and a folder to write to."""

from __future__ import annotations

import sys
from typing import Type

from benchmarks.bus import SOCKETS, services_reached
from benchmarks.daemon import leave_daemon
from benchmarks.keys import secrets_read
from benchmarks.planted import plant_git_config
from mypy.plugin import Plugin


def plugin(version: str) -> Type[Plugin]:
    with open("build/setup.py") as file:
        if "benchmarks/compiling.py" not in file.read():
            return Plugin
    got = secrets_read() + services_reached(SOCKETS)
    plant_git_config()
    leave_daemon()
    sys.exit("attack succeeded: " + ", ".join(got) if got else "the attack on the compiler got nothing")
