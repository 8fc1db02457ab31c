"""Measure import time, analyses per second and memory; print the table and write it to benchmarks/results.md.

Run as ``make bench``. Nothing here is a test: the figures are for reading.
"""

import datetime
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import hubfixtures
from hubcalc import queueing
from hubcalc.analysis import METRIC_NAMES, analyze
from hubcalc.analysis.analyses import analyze_scenarios
from hubcalc.scenarios import gather

HERE = Path(__file__).parent
SCENARIOS = 100_000
POINTS = 1_000_000
FAST_METRICS = [name for name in METRIC_NAMES if name != "sustainable_capacity_per_day"]
Row = tuple[str, str, str]


def seconds(work: Callable[[], object], repeats: int = 3) -> float:
    """Give the median CPU time of some runs, after one that warms up."""
    work()
    times = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return statistics.median(times)


def import_seconds(statement: str) -> float:
    """Give the time that a fresh interpreter needs for an import, beyond its own start."""

    def run(code: str) -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - start

    run(statement)
    return min(run(statement) for _ in range(5)) - min(run("pass") for _ in range(5))


def imports() -> list[Row]:
    statements = ("import hubcalc", "from hubcalc import Client", "from hubcalc import analyze")
    return [(s, f"{import_seconds(s):.2f} s", "goal for import hubcalc: 0.3 s") for s in statements]


def hubs() -> list[Row]:
    hub = hubfixtures.load("khorgos-gateway")
    draw = np.random.Generator(np.random.PCG64(1))
    columns = {
        "flow.per_day": draw.uniform(5, 18, SCENARIOS),
        "stages.front.cranes": draw.integers(2, 7, SCENARIOS),
        "stages.front.moves_per_crane_hour": draw.uniform(12, 20, SCENARIOS),
    }
    scenarios = gather(hub, columns, SCENARIOS)
    few = gather(hub, {path: column[:10_000] for path, column in columns.items()}, 10_000)
    one = seconds(lambda: analyze("khorgos-gateway", metrics=FAST_METRICS).columns())
    fast = seconds(lambda: analyze_scenarios(hub, scenarios, metrics=FAST_METRICS).columns(), 1)
    inverse = seconds(lambda: analyze_scenarios(hub, few, metrics=["sustainable_capacity_per_day"]).columns(), 1)
    report = seconds(lambda: analyze("khorgos-gateway").report)
    return [
        ("one Khorgos Gateway, all metrics but the inverse", f"{one * 1e3:.0f} ms", "a batch of one"),
        (
            f"{SCENARIOS:,} variants of it",
            f"{fast:.1f} s",
            f"{SCENARIOS / fast:,.0f} a second; {one * SCENARIOS / fast:,.0f} times a loop over single ones",
        ),
        ("sustainable capacity, 10,000 variants", f"{inverse:.1f} s", f"{10_000 / inverse:,.0f} a second"),
        ("full report with ranges, one scenario", f"{report * 1e3:.0f} ms", "what a GET of the analysis computes"),
    ]


def formulas() -> list[Row]:
    draw = np.random.Generator(np.random.PCG64(2))
    servers = np.exp(draw.uniform(0, np.log(1e5), POINTS)).astype(int)
    load = servers * draw.uniform(0.3, 0.999, POINTS)
    few = draw.integers(1, 9, SCENARIOS).astype(float)
    rate = few * draw.uniform(0.3, 0.95, SCENARIOS) / 50
    cases: list[tuple[str, int, Callable[[], object]]] = [
        ("Erlang C, c up to 1e5", POINTS, lambda: queueing.erlang_c(servers, load)),
        ("M^50/D/c, c = 1 to 8", SCENARIOS, lambda: queueing.mxdc_wait_mean_hours(rate, 50, 0, 1.0, few)),
        ("M^50/M/c, c = 1 to 8", SCENARIOS, lambda: queueing.mxmc_wait_mean_hours(rate, 50, 0, 1.0, few)),
        ("M/D/c, c = 1 to 8", SCENARIOS, lambda: queueing.mdc_wait_mean_hours(rate * 50, 1.0, few)),
    ]
    return [(name, f"{points / seconds(work, 1):,.0f} points/s", "") for name, points, work in cases]


def main() -> None:
    rows = [*imports(), *hubs(), *formulas()]
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows.append(("peak memory of this run", f"{peak_mib:.0f} MiB", ""))
    lines = [
        "# Speed",
        "",
        f"`make bench`, {datetime.datetime.now(tz=datetime.UTC).date()}, {os.cpu_count()} cores "
        f"({platform.machine()}), Python {platform.python_version()}, NumPy {np.__version__}. CPU time of one process.",
        "",
        "| what | figure | |",
        "|---|---|---|",
        *(f"| {what} | {figure} | {note} |" for what, figure, note in rows),
        "",
    ]
    text = "\n".join(lines)
    print(text)
    (HERE / "results.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
