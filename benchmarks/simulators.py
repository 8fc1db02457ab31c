"""Compare the compiled simulator with Ciw and SimPy on the same models in the same run; write benchmarks/simulators.md.

Usage: python benchmarks/simulators.py

CPU time of one process on one core, but for the line on all cores. An event is an arrival or the end of a service: two
for each customer of M/M/3, five for each of the hub. Nothing here is a test: the figures are for reading.
"""

import datetime
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from peers import Finding, findings
from simulator_peers import CUSTOMERS as PEER_CUSTOMERS
from simulator_peers import MODELS, SCANNED

from hubcalc.queueing import mmc_wait_mean_hours
from hubcalc.simulation.encoding import encode
from hubcalc.simulation.engine import simulate_once
from hubcalc.simulation.ggc import simulate_station
from hubcalc.simulation.laws import Law
from hubcalc.simulation.program import (
    Branch,
    Enter,
    Exit,
    Flow,
    Jump,
    Leave,
    Program,
    Release,
    Resource,
    Seize,
    Step,
    Work,
)
from hubcalc.simulation.runs import simulate_fixed

HERE = Path(__file__).parent
CUSTOMERS = 1_000_000
STATION_CUSTOMERS = 50_000_000
RECURSION_PEER = 9.7e6
"""Customers a second of queuecomputer (R), measured before on a machine like this one; it is not run here."""


def program_of(case: str) -> Program:
    """Make the program of a model of the peers."""
    rate, stages = MODELS[case]["rate"], list(MODELS[case]["stages"].items())

    def visit(number: int) -> tuple[Step, ...]:
        law = Law.exponential(1.0 / stages[number][1][1])
        return Enter(number), Seize(number), Work(number, law), Release(number), Leave()

    if len(stages) == 1:
        steps: tuple[Step, ...] = (*visit(0), Exit())
    else:
        branch = Branch((11, 17), (SCANNED, 1.0 - SCANNED))
        steps = (*visit(0), *visit(1), branch, *visit(2), Jump(22), *visit(3), *visit(4), Exit())
    resources = tuple(Resource(name, servers) for name, (servers, _) in stages)
    return Program(
        tuple(name for name, _ in stages), (Flow("units", Law.exponential(1.0 / rate), 0),), steps, resources
    )


def exact_dwell(case: str) -> float:
    """Give the mean dwell by Jackson's theorem."""
    rate, stages = float(MODELS[case]["rate"]), list(MODELS[case]["stages"].values())
    shares = (1.0,) if len(stages) == 1 else (1.0, 1.0, SCANNED, 1.0 - SCANNED, 1.0)
    dwells: list[float] = [
        share * (float(mmc_wait_mean_hours(share * rate, 1.0 / each, servers)) + 1.0 / each)
        for share, (servers, each) in zip(shares, stages, strict=True)
    ]
    return sum(dwells)


def events_each(case: str) -> int:
    """Give the events of one customer."""
    return 2 if len(MODELS[case]["stages"]) == 1 else 5


def ours(case: str) -> tuple[float, float]:
    """Simulate with one core; give customers a second and the mean dwell. The best of three."""
    encoded, hours = encode(program_of(case)), CUSTOMERS / MODELS[case]["rate"]

    def run(share: float, seed: int) -> tuple[float, float]:
        start = time.process_time()
        outcome = simulate_once(
            encoded, slots=20, slot_hours=share * hours / 20, seed=seed, replication=0, most_events=10**10
        )
        seconds = time.process_time() - start
        left = outcome.recording.left.sum()
        return float(left) / seconds, float(outcome.recording.times.sum() / left)

    run(0.01, 0)
    return max(run(1.0, seed) for seed in (1, 2, 3))


def all_cores(case: str) -> float:
    """Give customers a second of replications in threads on all cores."""
    cores = len(os.sched_getaffinity(0))
    hours = CUSTOMERS / MODELS[case]["rate"]
    start = time.perf_counter()
    simulate_fixed(program_of(case), hours=hours, replications=2 * cores, most_events=10**11)
    return 2 * cores * CUSTOMERS / (time.perf_counter() - start)


def station(servers: int) -> tuple[float, float]:
    """Simulate M/M/c at 0.9 by the recursion; give customers a second and the mean wait."""
    laws = Law.exponential(1.0 / (0.9 * servers)), Law.exponential(1.0)
    simulate_station(*laws, servers, customers=100_000)
    start = time.process_time()
    found = simulate_station(*laws, servers, customers=STATION_CUSTOMERS)
    return found.customers / (time.process_time() - start), found.wait_hours.mean


def peak_mebibytes(case: str, customers: int) -> float:
    """Give the peak memory of a fresh process that simulates so many customers."""
    code = (
        f"import sys; sys.path.insert(0, {str(HERE)!r}); import resource; import simulators as s\n"
        f"program, hours = s.program_of({case!r}), {customers} / s.MODELS[{case!r}]['rate'] / 20\n"
        "s.simulate_once(program, slots=20, slot_hours=hours, seed=1, replication=0, most_events=10**10)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    return float(subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE, text=True).stdout)


def table(found: list[Finding]) -> list[str]:
    """Make the table of the models by events."""
    rows = [
        "| model | simulator | customers/s | events/s | ours is faster | mean dwell |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for case in MODELS:
        rate, dwell = ours(case)
        many, each = all_cores(case), events_each(case)
        rows.append(f"| {case} | hubcalc, one core | {rate:,.0f} | {rate * each:,.0f} | | {dwell:.3f} |")
        rows.append(f"| {case} | hubcalc, all cores | {many:,.0f} | {many * each:,.0f} | | |")
        for peer in found:
            if peer["case"] == case:
                theirs = peer["customers_per_second"]
                rows.append(
                    f"| {case} | {peer['peer']} | {theirs:,.0f} | {theirs * each:,.0f} | {rate / theirs:.0f} times "
                    f"| {peer['value']:.3f} |"
                )
        rows.append(f"| {case} | exact | | | | {exact_dwell(case):.3f} |")
    return rows


def recursion() -> list[str]:
    """Make the table of single stations."""
    rows = ["| M/M/c at 0.9, by the recursion | customers/s | mean wait | exact |", "|---|---:|---:|---:|"]
    for servers in (1, 2, 3, 4, 10, 30):
        rate, wait = station(servers)
        exact = float(mmc_wait_mean_hours(0.9 * servers, 1.0, servers))
        rows.append(f"| c = {servers} | {rate:,.0f} | {wait:.4f} | {exact:.4f} |")
    return [*rows, "", f"queuecomputer (R) was measured at {RECURSION_PEER:,.0f} customers a second at c = 3 before."]


def memory(found: list[Finding]) -> list[str]:
    """Make the table of peak memory."""
    case = "M/M/3 at 0.9"
    rows = ["| M/M/3 at 0.9 | customers | peak memory |", "|---|---:|---:|"]
    rows += [
        f"| hubcalc | {customers:,} | {peak_mebibytes(case, customers):.0f} MiB |"
        for customers in (CUSTOMERS // 10, CUSTOMERS)
    ]
    for peer in found:
        if peer["case"].startswith(case):
            number = f"{PEER_CUSTOMERS * (1 if peer['case'] == case else 10):,}"
            rows.append(f"| {peer['peer']} | {number} | {peer['peak_mebibytes']:.0f} MiB |")
    return rows


def main() -> None:
    found = findings("simulator_peers.py")
    sections: dict[str, Callable[[], list[str]]] = {
        "Simulation by events": lambda: table(found),
        "One station": recursion,
        "Memory": lambda: memory(found),
    }
    lines = [
        "# Simulators",
        "",
        f"`python benchmarks/simulators.py`, {datetime.datetime.now(tz=datetime.UTC).date()}, "
        f"{len(os.sched_getaffinity(0))} cores ({platform.machine()}), Python {platform.python_version()}. CPU time of "
        "one process on one core unless it says otherwise. An event is an arrival or the end of a service.",
    ]
    for title, make in sections.items():
        lines += ["", f"## {title}", "", *make()]
    (HERE / "simulators.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
