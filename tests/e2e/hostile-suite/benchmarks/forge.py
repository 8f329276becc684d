"""Reads, traces, stops and speaks for the process that takes its samples."""

from __future__ import annotations

import ctypes
import os
import signal
from typing import Callable, List, Tuple

from benchmarking import benchmark

PTRACE_ATTACH = 16
PTRACE_SEIZE = 0x4206
PROCESS_VM_READV = 310
PIDFD_GETFD = 438
FORGED = b"sample 0 0 - 0.000001 0.000001 17 0 0\nelapsed: 0.000001"


@benchmark()
def forge_report() -> None:
    done: List[str] = []
    for process in processes_above():
        for name, attack in ATTACKS:
            try:
                if attack(process):
                    done.append("%s of process %d" % (name, process))
            except OSError:
                pass
    if done:
        raise RuntimeError("attack succeeded: " + ", ".join(done))


def processes_above() -> List[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]


def write_report(process: int) -> bool:
    with open("/proc/%d/fd/3" % process, "wb") as report:
        report.write(FORGED)
    return True


def read_memory(process: int) -> bool:
    with open("/proc/%d/mem" % process, "rb"):
        return True


def read_environment(process: int) -> bool:
    with open("/proc/%d/environ" % process, "rb") as environment:
        return environment.read() != b""


def list_descriptors(process: int) -> bool:
    return os.listdir("/proc/%d/fd" % process) != []


def trace(process: int) -> bool:
    libc = ctypes.CDLL(None)
    return int(libc.ptrace(PTRACE_ATTACH, process, 0, 0)) == 0 or int(libc.ptrace(PTRACE_SEIZE, process, 0, 0)) == 0


def read_by_call(process: int) -> bool:
    libc = ctypes.CDLL(None)
    buffer = ctypes.create_string_buffer(8)
    vector = (ctypes.c_void_p * 2)(ctypes.addressof(buffer), 8)
    return int(libc.syscall(PROCESS_VM_READV, process, vector, 1, vector, 1, 0)) > 0


def take_descriptor(process: int) -> bool:
    descriptor = os.pidfd_open(process)
    return int(ctypes.CDLL(None).syscall(PIDFD_GETFD, descriptor, 3, 0)) >= 0


def stop(process: int) -> bool:
    # 0 asks whether it may be signalled: one that is stopped would take no more samples.
    os.kill(process, 0)
    os.kill(process, signal.SIGCONT)
    return True


ATTACKS: List[Tuple[str, Callable[[int], bool]]] = [
    ("the report", write_report),
    ("the memory", read_memory),
    ("the variables", read_environment),
    ("the descriptors", list_descriptors),
    ("a trace", trace),
    ("the memory by a call", read_by_call),
    ("a descriptor by a call", take_descriptor),
    ("a signal", stop),
]
