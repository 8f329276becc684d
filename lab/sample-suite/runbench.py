"""List the benchmarks, or compile and measure one of them. To be run in this folder."""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
from contextlib import contextmanager
from glob import glob
from importlib import import_module
from typing import Iterator, List, Optional, Sequence

from benchmarking import BenchmarkInfo, benchmarks

FOLDERS = ("benchmarks", "microbenchmarks")

# Samples are taken until both are reached.
MEASURED_SECONDS = 2.0
ITERATIONS = 10


def main() -> None:
    arguments = parse_arguments()
    delete_compiled_modules()
    import_benchmarks()
    if arguments.list:
        list_benchmarks(arguments.raw)
        return
    plain, compiled = find_benchmark(arguments.benchmark)
    interpreted_wanted = not arguments.c and not plain.compiled_only
    compiled_wanted = not arguments.i
    if not interpreted_wanted and not compiled_wanted:
        sys.exit(f"error: {plain.name} has no interpreted variant")
    if compiled_wanted:
        compile_module(compiled.module, arguments.mypy_repo)
    prepare(plain, arguments.mypy_repo)

    iterations = max(arguments.min_iter or ITERATIONS, plain.min_iterations or 0)
    interpreted_samples = take_samples(plain, False, iterations) if interpreted_wanted else []
    compiled_samples = take_samples(compiled, True, iterations) if compiled_wanted else []
    report(plain, interpreted_samples, compiled_samples, arguments.raw)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure a benchmark, interpreted and compiled by mypyc.")
    parser.add_argument("benchmark", nargs="?", help="name of the benchmark (see --list)")
    parser.add_argument("--list", action="store_true", help="print the names of all benchmarks")
    parser.add_argument("--raw", action="store_true", help="print for programs: names alone, or n, mean, sd, mean, sd")
    parser.add_argument("--min-iter", type=int, metavar="N", help=f"least number of samples (default {ITERATIONS})")
    parser.add_argument("--mypy-repo", metavar="DIR", help="mypy repository to compile with (default: the installed one)")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("-c", action="store_true", help="measure the compiled variant only")
    only.add_argument("-i", action="store_true", help="measure the interpreted variant only")
    arguments = parser.parse_args()
    if not arguments.list and not arguments.benchmark:
        parser.error("name a benchmark, or --list")
    return arguments


def delete_compiled_modules() -> None:
    """A compiled module would be imported instead of its source, which may have changed since."""
    for folder in FOLDERS:
        for path in glob(f"{folder}/*.so"):
            os.remove(path)


def import_benchmarks() -> None:
    for folder in FOLDERS:
        for path in sorted(glob(f"{folder}/*.py")):
            module = os.path.splitext(os.path.basename(path))[0]
            if module != "__init__":
                import_module(f"{folder}.{module}")


def list_benchmarks(raw: bool) -> None:
    for info in sorted((info for info in benchmarks if not info.compiled_variant), key=lambda info: info.name):
        micro = " (micro)" if info.module.startswith("microbenchmarks.") else ""
        compiled_only = " (compiled only)" if info.compiled_only else ""
        print(info.name if raw else f"{info.name}{micro}{compiled_only}")


def find_benchmark(name: str) -> tuple[BenchmarkInfo, BenchmarkInfo]:
    """What is measured interpreted, and what is measured compiled: the same unless it has a compiled form of its own."""
    found = [info for info in benchmarks if info.name == name]
    if not found:
        sys.exit(f"error: unknown benchmark {name!r}")
    plain = next(info for info in found if not info.compiled_variant)
    compiled = next((info for info in found if info.compiled_variant), plain)
    return plain, compiled


def compile_module(module: str, mypy_repo: Optional[str]) -> None:
    environment = dict(os.environ)
    compiler = ["-m", "mypyc"]
    if mypy_repo:
        environment["PYTHONPATH"] = mypy_repo
        if not os.path.exists(os.path.join(mypy_repo, "mypyc", "__main__.py")):
            compiler = [os.path.join(mypy_repo, "scripts", "mypyc")]
    source = module.replace(".", "/") + ".py"
    subprocess.run([sys.executable, *compiler, source], env=environment, check=True)
    if not compiled_files(module):
        sys.exit(f"error: the compiler made nothing of {source}")


def compiled_files(module: str) -> List[str]:
    return glob(module.replace(".", "/") + ".*.so")


def prepare(info: BenchmarkInfo, mypy_repo: Optional[str]) -> None:
    if info.prepare is None:
        return
    program = f"""
import benchmarking
import {info.module}
info = next(info for info in benchmarking.benchmarks if info.name == {info.name!r})
steps = info.prepare if isinstance(info.prepare, list) else [info.prepare]
for step in steps:
    step({mypy_repo!r})
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def take_samples(info: BenchmarkInfo, compiled: bool, iterations: int) -> List[float]:
    """Seconds of fresh processes, after one that does not count."""
    with variant(compiled, info.module):
        sample(info)
        samples: List[float] = []
        while len(samples) < iterations or sum(samples) < MEASURED_SECONDS:
            samples.append(sample(info))
    if not info.strip_outlier_runs:
        return samples
    return sorted(samples)[: max(2, len(samples) * 2 // 3)]


@contextmanager
def variant(compiled: bool, module: str) -> Iterator[None]:
    """For the interpreted variant the compiled module is put out of the importer's sight."""
    paths = [] if compiled else compiled_files(module)
    for path in paths:
        os.rename(path, f"{path}.aside")
    try:
        yield
    finally:
        for path in paths:
            os.rename(f"{path}.aside", path)


def sample(info: BenchmarkInfo) -> float:
    program = f'import {info.module}; import benchmarking as bm; print("\\nelapsed:", bm.run_once("{info.name}"))'
    environment = dict(os.environ)
    if info.stable_hash_seed:
        environment["PYTHONHASHSEED"] = "1"
    output = subprocess.run(
        [sys.executable, "-c", program], env=environment, check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    return float(output.rpartition("elapsed:")[2])


def report(info: BenchmarkInfo, interpreted: Sequence[float], compiled: Sequence[float], raw: bool) -> None:
    numbers = [*mean_and_deviation(interpreted), *mean_and_deviation(compiled)]
    if raw:
        print(max(len(interpreted), len(compiled)), *(f"{number:.6f}" for number in numbers))
        return
    print(info.name)
    for title, samples in (("interpreted", interpreted), ("compiled", compiled)):
        if samples:
            mean, deviation = mean_and_deviation(samples)
            print(f"  {title:12} {mean:.6f} s  (n {len(samples)}, sd {100 * deviation / mean:.1f} %)")
    if interpreted and compiled:
        print(f"  compiled is {numbers[0] / numbers[2]:.2f} times as fast")


def mean_and_deviation(samples: Sequence[float]) -> tuple[float, float]:
    return (statistics.mean(samples), statistics.stdev(samples)) if samples else (0.0, 0.0)


if __name__ == "__main__":
    main()
