"""Measure import time, analyses and formulas per second, memory, and the peers; write benchmarks/results.md.

Run as ``make bench``. Nothing here is a test: the figures are for reading.
"""

import datetime
import os
import platform
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from formulas import peers_questions, seconds, single_call_seconds, vectorised
from peers import findings
from phase_type import precision_table, speed_table

import hubfixtures
from hubcalc.analysis import METRIC_NAMES, analyze
from hubcalc.analysis.analyses import analyze_scenarios
from hubcalc.scenarios import gather
from hubcalc.warming import warm_up

HERE = Path(__file__).parent
SCENARIOS = 100_000
FAST_METRICS = [name for name in METRIC_NAMES if name != "sustainable_capacity_per_day"]


def import_seconds(statement: str) -> float:
    """Give the time that a fresh interpreter needs for an import, beyond its own start."""

    def run(code: str) -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - start

    run(statement)
    return min(run(statement) for _ in range(5)) - min(run("pass") for _ in range(5))


def starts() -> list[str]:
    statements = (
        *("import hubcalc", "from hubcalc import Client", "from hubcalc import analyze"),
        "from hubcalc.queueing import erlang_c; erlang_c(3, 2.0)",
    )
    rows = [f"| `{statement}` | {import_seconds(statement):.2f} s |" for statement in statements]
    start = time.perf_counter()
    kernels = warm_up()
    rows.append(f"| {kernels} compiled kernels, read from disk | {time.perf_counter() - start:.2f} s |")
    return ["| start | time |", "|---|---:|", *rows]


def hubs() -> list[str]:
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
        "| hub: Khorgos Gateway | time | |",
        "|---|---:|---|",
        f"| one analysis, all metrics but the inverse | {one * 1e3:.0f} ms | a batch of one |",
        f"| {SCENARIOS:,} variants of it | {fast:.1f} s | {SCENARIOS / fast:,.0f} a second; "
        f"{one * SCENARIOS / fast:,.0f} times a loop over single ones |",
        f"| sustainable capacity, 10,000 variants | {inverse:.1f} s | {10_000 / inverse:,.0f} a second |",
        f"| full report with ranges, one scenario | {report * 1e3:.0f} ms | what a GET of the analysis computes |",
    ]


def peers() -> list[str]:
    """Compare single calls with the best peer, and ours in columns with both."""
    ours = peers_questions()
    rows = [
        "| question | peer | its answer | its calls/s | ours, single calls/s | ratio |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for found in findings():
        if "error" in found:
            rows.append(f"| {found['case']} | {found['peer']} | fails: {found['error']} | | | |")
            continue
        theirs = found["calls_per_second"]
        mine = 1.0 / single_call_seconds(ours[found["case"]]) if found["case"] in ours else None
        figures = f"{mine:,.0f} | {mine / theirs:.3g}" if mine else " | "
        rows.append(f"| {found['case']} | {found['peer']} | {found['value']:.6g} | {theirs:,.1f} | {figures} |")
    return rows


def main() -> None:
    sections = {
        "Starting": starts(),
        "Hubs": hubs(),
        "Formulas over columns": vectorised(),
        "PH/PH/c": [*speed_table(), "", *precision_table()],
        "Peers, in the same run": peers(),
    }
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines = [
        "# Speed",
        "",
        f"`make bench`, {datetime.datetime.now(tz=datetime.UTC).date()}, {os.cpu_count()} cores "
        f"({platform.machine()}), Python {platform.python_version()}, NumPy {np.__version__}. CPU time of one process "
        f"on one core; peak memory of the run {peak_mib:.0f} MiB.",
        "",
        (HERE / "results_notes.md").read_text(encoding="utf-8").strip(),
    ]
    for title, rows in sections.items():
        lines += ["", f"## {title}", "", *rows]
    text = "\n".join(lines) + "\n"
    print(text)
    (HERE / "results.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
