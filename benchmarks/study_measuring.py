"""What the benchmarks of studies measure with: the time of the processor, memory of processes, and what else ran.

Memory, and the time of other processes, are read from /proc, so on Linux only.
"""

import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


def best_cpu_seconds(work: Callable[[], object], repeats: int = 3) -> float:
    """Give the least CPU time of some runs in this process, after one that warms up."""
    work()
    times = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


@dataclass
class Meanwhile:
    """How busy others kept the machine while something was measured."""

    _wall: float = field(default_factory=time.perf_counter)
    _busy: float = field(default_factory=lambda: _busy_seconds())
    _own: float = field(default_factory=lambda: own_cpu_seconds())

    def others(self) -> float:
        """Give the cores that other processes kept busy since this was made; all of ours must have ended."""
        wall = time.perf_counter() - self._wall
        busy, own = _busy_seconds() - self._busy, own_cpu_seconds() - self._own
        return max(0.0, busy - own) / wall


def own_cpu_seconds() -> float:
    """Give the CPU time of this process, and of those it has started that have ended."""
    return sum(os.times()[:4])


def family(pid: int) -> list[int]:
    """Give a process, and all that it has started, and they in turn."""
    parents: dict[int, int] = {}
    for folder in _PROC.iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = int(_stat(int(folder.name))[1])
            except OSError:  # it has ended meanwhile
                continue
    found = [pid]
    for each in found:  # grows while it is read
        found += [child for child, parent in parents.items() if parent == each]
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """Give the CPU time that processes have taken so far."""
    return sum(sum(int(ticks) for ticks in _stat(pid)[11:13]) for pid in pids) / _TICKS


@dataclass(frozen=True)
class Memory:
    """What a process has in memory."""

    all: float
    """The most at a time, files that it has mapped included. [MiB]"""
    files: float
    """Of mapped files now: libraries above all, which processes share. [MiB]"""


def peak_memory(pid: int) -> Memory:
    """Give the memory of a process."""
    lines = (_PROC / str(pid) / "status").read_text().splitlines()
    found = {name: line.split()[1] for line in lines if (name := line.partition(":")[0]) in ("VmHWM", "RssFile")}
    return Memory(int(found["VmHWM"]) / 1024, int(found["RssFile"]) / 1024)


def together(processes: Sequence[Memory]) -> float:
    """Add up the memory of processes of one program; what they share of files counts once [MiB]."""
    return sum(each.all - each.files for each in processes) + max(each.files for each in processes)


def _stat(pid: int) -> list[str]:
    """Give the fields of /proc/PID/stat from the third on: the second is a name that may hold blanks."""
    return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()


def _busy_seconds() -> float:
    """Give the time that all cores have been busy since the machine started."""
    fields = [int(ticks) for ticks in (_PROC / "stat").read_text().split("\n", 1)[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / _TICKS
