"""How a benchmark is declared, and how one sample of it is taken."""

from __future__ import annotations

import time
from typing import Callable, List, NamedTuple, Optional, TypeVar, Union

Result = TypeVar("Result")

# Sets up what a benchmark finds on disk; takes the path of the mypy repository, or None.
Prepare = Callable[[Optional[str]], None]


class BenchmarkContext:
    """The clock of one sample. A benchmark may restart it once its own preparations are done."""

    def __init__(self) -> None:
        self._started = time.perf_counter()

    def start(self) -> None:
        self._started = time.perf_counter()

    def elapsed_time(self) -> float:
        return time.perf_counter() - self._started


class BenchmarkInfo(NamedTuple):
    name: str
    module: str
    perform: Callable[[BenchmarkContext], object]
    # Run once, in a process of its own, before anything is measured.
    prepare: Union[Prepare, List[Prepare], None] = None
    # There is nothing to measure without the compiler.
    compiled_only: bool = False
    min_iterations: Optional[int] = None
    strip_outlier_runs: bool = True
    # Measured with one fixed hash seed: its time depends on the seed.
    stable_hash_seed: bool = False
    # The compiled form of the benchmark of the same name in another module.
    compiled_variant: bool = False


benchmarks: List[BenchmarkInfo] = []


def benchmark(
    *,
    prepare: Union[Prepare, List[Prepare], None] = None,
    compiled_only: bool = False,
    min_iterations: Optional[int] = None,
    strip_outlier_runs: bool = True,
    stable_hash_seed: bool = False,
    compiled_variant: bool = False,
) -> Callable[[Callable[[], Result]], Callable[[], Result]]:
    """Declare a function without arguments to be a benchmark."""

    def declare(function: Callable[[], Result]) -> Callable[[], Result]:
        benchmarks.append(
            BenchmarkInfo(
                _name(function),
                function.__module__,
                lambda context: function(),
                prepare,
                compiled_only,
                min_iterations,
                strip_outlier_runs,
                stable_hash_seed,
                compiled_variant,
            )
        )
        return function

    return declare


def benchmark_with_context(
    function: Callable[[BenchmarkContext], Result],
) -> Callable[[BenchmarkContext], Result]:
    """Declare a function that takes the context, to restart the clock by `ctx.start()`."""
    benchmarks.append(BenchmarkInfo(_name(function), function.__module__, function))
    return function


def run_once(name: str) -> float:
    """Take one sample: seconds."""
    for info in benchmarks:
        if info.name == name:
            context = BenchmarkContext()
            info.perform(context)
            return context.elapsed_time()
    raise LookupError(f"no imported module declares a benchmark {name!r}")


def _name(function: Callable[..., object]) -> str:
    # Some releases of the compiler rename a decorated function until the decorator returns.
    name = function.__name__
    if name.startswith("__mypyc_") and name.endswith("_decorator_helper__"):
        return name[len("__mypyc_") : -len("_decorator_helper__")]
    return name
