"""Speed of the formulas, vectorised and in single calls, with the goals that were set for them."""

import statistics
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hubcalc import queueing

Work = Callable[[], object]
POINTS = 1_000_000


@dataclass(frozen=True)
class Case:
    """A formula over many points, and the least points per second it should reach."""

    name: str
    points: int
    work: Work
    goal: float | None = None


def seconds(work: Work, repeats: int = 3) -> float:
    """Give the median CPU time of some runs, after one that warms up."""
    work()
    times = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return statistics.median(times)


def single_call_seconds(work: Work) -> float:
    """Give the CPU time of one call, from as many as fill a tenth of a second."""
    work()
    calls, start = 0, time.process_time()
    while (spent := time.process_time() - start) < 0.1:
        work()
        calls += 1
    return spent / calls


def extra_mib(work: Work) -> float:
    """Give the largest memory that a run takes beyond what was there before it."""
    tracemalloc.start()
    work()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 2**20


def cases() -> list[Case]:
    """Give the vectorised cases: random points over the range that the goal names."""
    draw = np.random.Generator(np.random.PCG64(2))
    many = np.floor(np.exp(draw.uniform(0, np.log(1e5), POINTS)))
    load = many * draw.uniform(0.3, 0.999, POINTS)
    service = draw.uniform(0.1, 2.0, POINTS)
    arrivals, scv = load / service, draw.uniform(0.0, 2.0, POINTS)
    single = draw.uniform(0.3, 0.999, POINTS) / service
    few = draw.integers(1, 9, POINTS).astype(float)
    trains = few * draw.uniform(0.3, 0.95, POINTS) / 50
    two = np.stack([0.4 * single, 0.6 * single], axis=-1)
    pair = np.stack([0.4 * arrivals, 0.6 * arrivals], axis=-1)
    return [
        Case("Erlang B, c to 1e5", POINTS, lambda: queueing.erlang_b(many, load), 10e6),
        Case("Erlang C, c to 1e5", POINTS, lambda: queueing.erlang_c(many, load), 10e6),
        Case("M/M/c mean wait", POINTS, lambda: queueing.mmc_wait_mean_hours(arrivals, service, many), 5e6),
        Case(
            "M/M/c 95 % quantile", POINTS, lambda: queueing.mmc_wait_quantile_hours(arrivals, service, many, 0.95), 5e6
        ),
        Case("M/G/1 mean wait", POINTS, lambda: queueing.mg1_wait_mean_hours(single, service, scv), 5e6),
        Case(
            "M^X/G/1 mean wait", POINTS, lambda: queueing.mxg1_wait_mean_hours(single / 50, 50, 0.1, service, scv), 5e6
        ),
        Case(
            "M/G/1, two priorities",
            POINTS,
            lambda: queueing.mg1_priority_wait_mean_hours(two, service[:, None], scv[:, None]),
            5e6,
        ),
        Case(
            "M/M/c, two priorities",
            POINTS,
            lambda: queueing.mmc_priority_wait_mean_hours(pair, service, many),
            5e6,
        ),
        Case("M^50/D/c, c = 1 to 8", POINTS, lambda: queueing.mxdc_wait_mean_hours(trains, 50, 0, 1.0, few), 1e6),
        Case("M^50/M/c, c = 1 to 8", POINTS, lambda: queueing.mxmc_wait_mean_hours(trains, 50, 0, 1.0, few), 1e6),
        Case("M/D/c, c = 1 to 8", POINTS, lambda: queueing.mdc_wait_mean_hours(trains * 50, 1.0, few)),
        Case("fewest servers for a wait", 100_000, lambda: queueing.fewest_servers_for_wait(load[:100_000], 1.0, 0.05)),
    ]


def vectorised() -> list[str]:
    """Measure points per second; give the rows of a table."""
    rows = ["| formula | points/s | goal | memory |", "|---|---:|---:|---:|"]
    for case in cases():
        rate = case.points / seconds(case.work)
        goal = "" if case.goal is None else f"{case.goal / 1e6:g} M {'met' if rate >= case.goal else '**missed**'}"
        rows.append(f"| {case.name} | {rate / 1e6:.2f} M | {goal} | {extra_mib(case.work):.0f} MiB |")
    return rows


def peers_questions() -> dict[str, Work]:
    """Give the questions that the peers answer too, as single calls."""
    half = queueing.PhaseType.erlang(2, 1.0)

    def phase(servers: int) -> Work:
        return lambda: queueing.solve_ph_ph_c(queueing.PhaseType.erlang(2, 1 / (0.9 * servers)), half, servers)

    return {
        "Erlang C, c = 30": lambda: queueing.erlang_c(30, 27.0),
        "M/G/1": lambda: queueing.mg1_wait_mean_hours(0.9, 1.0, 0.5),
        "M/G/1, two priorities": lambda: queueing.mg1_priority_wait_mean_hours([0.4, 0.5], 1.0, 0.5),
        "M/D/3": lambda: queueing.mdc_wait_mean_hours(2.7, 1.0, 3),
        "M^50/M/1": lambda: queueing.mxmc_wait_mean_hours(0.016, 50, 0, 1.0, 1),
        "E2/E2/4": phase(4),
        "E2/E2/8": phase(8),
        "E2/E2/30": phase(30),
    }
