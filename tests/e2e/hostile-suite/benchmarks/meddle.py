"""Changes what the others are made of: the harness and the honest benchmarks, sources and compiled modules, wherever they can be written."""

from __future__ import annotations

import glob
import os
from typing import List

from benchmarking import benchmark

CHANGED_HONEST = 'raise RuntimeError("attack succeeded: an honest benchmark was changed")\n'
CHANGED_HARNESS = "\n\ndef run_once(name: str) -> float:\n    return 1.5\n"


@benchmark()
def change_others() -> None:
    roots: List[str] = [".", "/suite"]
    for pattern in ("../*", "../../*", "/srv/state/builds/*/*", "/srv/suite"):
        roots.extend(glob.glob(pattern))
    for root in roots:
        write(os.path.join(root, "benchmarks", "honest.py"), "w", CHANGED_HONEST)
        write(os.path.join(root, "benchmarking.py"), "a", CHANGED_HARNESS)
        write(os.path.join(root, "sitecustomize.py"), "w", CHANGED_HONEST)
        for path in glob.glob(os.path.join(root, "benchmarks", "honest.*.so")):
            # A module in use keeps its old content: the name gets another file.
            try:
                os.remove(path)
            except OSError:
                pass


def write(path: str, mode: str, text: str) -> None:
    if mode == "a" and not os.path.exists(path):
        return
    try:
        with open(path, mode) as file:
            file.write(text)
    except OSError:
        pass
