"""Rows on disk, memory, and a cluster: what a large sweep costs beyond its formulas.

Called with a number of rows and of workers, this does one sweep in a process of its own, and prints what it took as
JSON.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from study_measuring import Memory, cpu_seconds, family, own_cpu_seconds, peak_memory, together
from study_speed import CRANES, FLOW, HUB_ID, MOVES

from hubcalc.documents import Fixtures
from hubcalc.studies.base import chunk_count, chunk_rows_for
from hubcalc.studies.engines import DaskEngine, Engine, ProcessEngine
from hubcalc.studies.rows import write_chunk
from hubcalc.studies.running import Outcome, parse_request, run_study
from hubcalc.studies.work import ChunkRows, do_chunk, work_of

MEMORY_ROWS = (100_000, 1_000_000, 4_000_000)
ROWS = 1_000_000
CLUSTER_ROWS = 2**20
ROWS_GOAL_SECONDS, MEMORY_GOAL_MEBIBYTES = 10.0, 1024
START_SECONDS = 120


def sweep(rows: int) -> dict[str, Any]:
    """Ask for a sweep of three inputs, with all metrics that cost little."""
    laws = {
        FLOW: {"law": "uniform", "low": 5.0, "high": 18.0},
        CRANES: {"law": "uniform", "low": 2.0, "high": 6.0},
        MOVES: {"law": "uniform", "low": 12.0, "high": 20.0},
    }
    return {"subject": {"kind": "hub", "id": HUB_ID}, "design": {"kind": "random", "rows": rows, "inputs": laws}}


def one_sweep(rows: int, workers: int) -> dict[str, Any]:
    """Do a sweep, and say how long its parts took, and how much memory each process had at most."""
    started, before = time.perf_counter(), own_cpu_seconds()
    marks: list[tuple[int, float]] = []
    memory: dict[int, Memory] = {}

    def progress(done: int, _: int) -> None:
        marks.append((done, time.perf_counter() - started))
        memory.update({pid: peak_memory(pid) for pid in family(os.getpid())})

    with tempfile.TemporaryDirectory() as folder:
        outcome = run_study("sweep", sweep(rows), workers=workers, folder=folder, progress=progress)
        total, spent = time.perf_counter() - started, own_cpu_seconds() - before
        size = sum(path.stat().st_size for path in Path(folder).glob("*.parquet"))
        on_disk = _after(outcome, Path(folder))
    own = peak_memory(os.getpid())
    del memory[os.getpid()]
    # this process is a worker too; the smallest of the others only watches over them
    largest = sorted(memory.values(), key=lambda each: each.all, reverse=True)[: workers - 1]
    first, last = next(mark for mark in marks if mark[0]), marks[-1]
    return {
        "rows": rows,
        "columns": len(outcome.source.described),
        "chunks": len(marks) - 1,
        "first_seconds": first[1],
        "rows_seconds": last[1],
        "total_seconds": total,
        "cpu_seconds": spent,
        "steady_rate": (last[0] - first[0]) / (last[1] - first[1]) if last[0] > first[0] else None,
        "own_mebibytes": own.all,
        "workers_mebibytes": [each.all for each in largest],
        "together_mebibytes": together([own, *largest]),
        "bytes": size,
        **on_disk,
    }


def _after(outcome: Outcome[Any], folder: Path) -> dict[str, float]:
    """Measure what can be done with rows that are there: sum them up, and write them as one CSV file."""
    _, study = work_of("sweep", parse_request("sweep", sweep(outcome.source.rows)), Fixtures())
    start = time.process_time()
    study.conclude(outcome.source)
    summed = time.process_time()
    found = {"sum_seconds": summed - start}
    if outcome.source.rows <= min(MEMORY_ROWS):
        outcome.write(folder / "rows.csv")
        size = (folder / "rows.csv").stat().st_size
        found |= {"csv_seconds": time.process_time() - summed, "csv_bytes": size}
    return found


def in_new_process(rows: int, workers: int) -> dict[str, Any]:
    """Do a sweep in a fresh process, whose peak of memory is this sweep's."""
    command = [sys.executable, __file__, str(rows), str(workers)]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return found


def rows_on_disk(quick: bool) -> list[str]:
    """Make the tables of time, memory and bytes of rows."""
    sizes = [rows // 20 for rows in MEMORY_ROWS[:2]] if quick else list(MEMORY_ROWS)
    lines = [
        "A sweep of three inputs by `run_study` with two workers, each size in a fresh process, which is one of the "
        "two: the first chunk is there before the other one has started. The result is made of all rows. The goals: "
        f"{ROWS:,} rows in less than {ROWS_GOAL_SECONDS:.0f} s, and less than {MEMORY_GOAL_MEBIBYTES:,} MiB whatever "
        "the size. Memory is the most that each process had at a time; together, what they share of files counts once.",
        "",
        "| rows | chunks | first chunk | all chunks | with the result | rows/s after the first chunk | CPU time of all "
        "| of it summing up | memory: this process | the other worker | together |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for rows in sizes:
        found = in_new_process(rows, 2)
        workers = ", ".join(f"{each:.0f}" for each in found["workers_mebibytes"])
        rate = f"{found['steady_rate']:,.0f}" if found["steady_rate"] else ""
        lines.append(
            f"| {rows:,} | {found['chunks']} | {found['first_seconds']:.1f} s | {found['rows_seconds']:.1f} s "
            f"| {found['total_seconds']:.1f} s | {rate} | {found['cpu_seconds']:.1f} s | {found['sum_seconds']:.1f} s "
            f"| {found['own_mebibytes']:.0f} MiB | {workers} MiB | {found['together_mebibytes']:.0f} MiB |"
        )
        print(lines[-1], flush=True)
    return [*lines, "", *_bytes(sizes[0])]


def _bytes(rows: int) -> list[str]:
    """Make the table of what a row takes on disk."""
    found = in_new_process(rows, 1)
    return [
        f"| {found['columns']} columns, {rows:,} rows | bytes a row |",
        "|---|---:|",
        f"| Parquet, zstd | {found['bytes'] / rows:.0f} |",
        f"| CSV | {found['csv_bytes'] / rows:.0f} |",
        "",
        f"Writing the CSV takes {1e6 * found['csv_seconds'] / rows:.0f} s of CPU time for a million rows.",
    ]


@dataclass
class Through:
    """What it took to have chunks done by an engine, and put on the disk."""

    wall: float
    own: float
    """CPU time of this process: handing out, taking back, writing. [s]"""
    chunks: list[ChunkRows]

    @property
    def rows_per_second(self) -> float:
        """By the clock."""
        return sum(chunk.rows for chunk in self.chunks) / self.wall

    @property
    def work_seconds(self) -> float:
        """CPU time [s] of the chunks themselves."""
        return sum(chunk.seconds for chunk in self.chunks)


def through(engine: Engine, request: dict[str, Any], first: int = 0, most: int | None = None) -> Through:
    """Have chunks done as `run_study` has them done, by an engine that is warm."""
    work, study = work_of("sweep", parse_request("sweep", request), Fixtures())
    waiting = list(range(chunk_count(study)))[first:most]
    running: dict[Future[ChunkRows], int] = {}
    done: list[ChunkRows] = []
    with tempfile.TemporaryDirectory() as folder:
        start, own = time.perf_counter(), time.process_time()
        while waiting or running:
            while waiting and len(running) < engine.slots + 1:
                chunk = waiting.pop(0)
                running[engine.submit(do_chunk, work, chunk)] = chunk
            for future in wait(running, return_when=FIRST_COMPLETED)[0]:
                made = future.result()
                write_chunk(Path(folder), running.pop(future), made.content)
                done.append(ChunkRows(made.chunk, made.rows, b"", made.seconds))
        return Through(time.perf_counter() - start, time.process_time() - own, done)


@dataclass
class Cluster:
    """A Dask cluster of this machine."""

    address: str
    scheduler: int
    """The process of the scheduler."""


@contextmanager
def cluster(workers: int) -> Iterator[Cluster]:
    """Start a scheduler and workers in processes of their own, by the commands of docs/scale.md."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        told, log = folder / "scheduler.json", stack.enter_context((folder / "log").open("wb"))

        def start(*command: str) -> subprocess.Popen[bytes]:
            begun = [sys.executable, "-m", "dask", *command, "--scheduler-file", str(told), "--no-dashboard"]
            process = subprocess.Popen(begun, cwd=folder, stdout=log, stderr=log)
            stack.callback(process.wait)
            stack.callback(process.terminate)
            return process

        scheduler = start("scheduler", "--host", "127.0.0.1", "--port", "0")
        for _ in range(workers):
            start("worker", "--nthreads", "1", "--local-directory", str(folder))
        until = time.monotonic() + START_SECONDS
        while not told.exists() and time.monotonic() < until:
            time.sleep(0.1)
        yield Cluster(json.loads(told.read_text())["address"], scheduler.pid)


def wait_for(engine: DaskEngine, workers: int) -> None:
    """Wait until all workers have reported to the scheduler."""
    until = time.monotonic() + START_SECONDS
    while engine.slots < 2 * workers and time.monotonic() < until:
        time.sleep(0.1)


def clusters(quick: bool) -> list[str]:
    """Make the table of one and two workers, of our own pool and of Dask."""
    rows, repeats = (CLUSTER_ROWS // 20, 1) if quick else (CLUSTER_ROWS, 2)
    request = sweep(rows)
    found: dict[str, list[Through]] = {}
    scheduler: list[float] = []
    for _ in range(repeats):
        for workers in (1, 2):
            pool = ProcessEngine(workers)
            try:
                through(pool, request, most=2 * workers)
                found.setdefault(f"own pool, {workers}", []).append(through(pool, request))
            finally:
                pool.close()
            with cluster(workers) as made:
                engine = DaskEngine(made.address)
                wait_for(engine, workers)
                through(engine, request, most=2 * workers)
                before = cpu_seconds([made.scheduler])
                found.setdefault(f"Dask, {workers}", []).append(through(engine, request))
                scheduler.append((cpu_seconds([made.scheduler]) - before) / len(found[f"Dask, {workers}"][-1].chunks))
                engine.close()
    return _cluster_table(rows, repeats, found, min(scheduler))


def _cluster_table(rows: int, repeats: int, found: dict[str, list[Through]], scheduler: float) -> list[str]:
    """Write the table, each kind by its quickest run."""
    best = {name: min(runs, key=lambda run: run.wall) for name, runs in found.items()}
    one = best["own pool, 1"]
    lines = [
        f"{rows:,} rows in chunks of {chunk_rows_for(rows):,}, from the first chunk that is handed to warm workers "
        f"until the last is on the disk; the quickest of {repeats}, in turns. Scheduler and workers are processes of "
        "their own, and this process hands out and writes: with two workers on two cores these share the cores. Goals: "
        "Dask within 15 % of the own pool at one worker, and two workers at least 1.7 times one.",
        "",
        "| workers | rows/s | beside the own pool of one | beside one worker of its kind | CPU time of the chunks "
        "| of this process, each chunk |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, run in best.items():
        kind = best[f"{name.rpartition(',')[0]}, 1"]
        lines.append(
            f"| {name} | {run.rows_per_second:,.0f} | {one.wall / run.wall:.2f} | {kind.wall / run.wall:.2f} "
            f"| {run.work_seconds:.1f} s | {1e3 * run.own / len(run.chunks):.0f} ms |"
        )
    return [*lines, "", f"The scheduler takes {1e3 * scheduler:.1f} ms of CPU time a chunk."]


if __name__ == "__main__":
    print(json.dumps(one_sweep(int(sys.argv[1]), int(sys.argv[2]))))
