"""Measure by how much waits depend on more than two moments of the laws, where the analysis solves numerically.

Usage: python benchmarks/phase_type_law_error.py [--date YYYY-MM-DD]

GI/G/c with gamma and lognormal laws is simulated by the recursion of Kiefer and Wolfowitz, and compared with what
hubcalc/analysis/phase_type_queues.py makes of the same two moments: PH/PH/c, GI/D/c, or the interpolation between them.
Writes the errors by region into the package (hubcalc/queueing/phase_type_law_errors.json).
"""

import argparse
import datetime as dt
import os
import platform
import time
from itertools import product
from pathlib import Path

import numpy as np
from error_cells import Axes, Floats, percent, ship
from ggc_recursion import Law, controlled_mean, run

from hubcalc.analysis import phase_type_queues as numerical

ARRIVALS = (0.25, 0.5, 1.0, 2.0, 4.0)
SERVICES = (0.0, 0.05, 0.1, 0.2, 0.25, 0.5, 1.0, 2.0)
SERVERS = (1, 2, 4, 8)
UTILIZATIONS = {0.3: 40_000, 0.5: 40_000, 0.7: 50_000, 0.85: 80_000, 0.95: 160_000}
"""Customers of a batch."""
BATCHES = 20
MOST_NOISE = 0.03
AXES = Axes((0.25, 4.0), (0.0, 2.0), (1, 2, 4, 8), (0.3, 0.5, 0.7, 0.85, 1.0), 3)
METHODS = ("ph_ph_c", "gi_d_c", "nearly_constant")
NAMES = {"ph_ph_c": "PH/PH/c", "gi_d_c": "GI/D/c", "nearly_constant": "between them"}
COLUMNS = ("method", "arrival", "service", "servers", "rho", "error", "noise")


def laws(scv: float, *, poisson: bool = False) -> list[Law]:
    """List the laws of an scv; Poisson arrivals are exponential."""
    if scv == 0.0:
        return [Law("constant", 0.0)]
    return [Law("gamma", scv)] if poisson else [Law("gamma", scv), Law("lognormal", scv)]


def solve(a: float, s: float, c: int, rho: float) -> tuple[str, float] | None:
    """Give the method that the analysis takes and its mean wait; None where it takes none of them."""
    given = [np.array([value], dtype=np.float64) for value in (rho * c, a, 1.0, s, c)]
    if numerical.can_count(*given):
        return "gi_d_c", float(numerical.gi_d_c(*given).first[0])
    if s >= numerical.NEARLY_CONSTANT and numerical.can_solve(*given):
        return "ph_ph_c", float(numerical.ph_ph_c(*given).first[0])
    if numerical.can_interpolate(*given):
        return "nearly_constant", float(numerical.nearly_constant(*given).first[0])
    return None


def measure() -> dict[str, np.ndarray]:
    """Simulate all cases; noise is the relative standard error of the simulation."""
    rows = []
    for seed, (a, c, rho) in enumerate(product(ARRIVALS, SERVERS, UTILIZATIONS)):
        solved = {s: found for s in SERVICES if (found := solve(a, s, c, rho)) is not None}
        cases = [(s, law) for s in solved for law in laws(s)]
        for arrival in laws(a, poisson=a == 1.0):
            out = run(arrival, [law for _, law in cases], c, rho, seed, BATCHES, UTILIZATIONS[rho])
            for i, (s, _) in enumerate(cases):
                controls = np.stack([out.gaps - 1.0, out.works[i] - 1.0])
                truth, spread = controlled_mean(out.waits[i], controls)
                method, computed = solved[s]
                error = computed / truth - 1.0 if truth > 0.0 else np.nan
                rows.append((method, a, s, c, rho, error, spread / truth if truth > 0.0 else np.inf))
        print(f"{a} {c} {rho}: {len(rows)} cases, {time.process_time():.0f} s", flush=True)
    return {name: np.array(column) for name, column in zip(COLUMNS, zip(*rows, strict=True), strict=True)}


def cells(cases: dict[str, np.ndarray], method: str) -> list:
    """Give the errors of each region, where the simulation is sound."""
    kept = (cases["method"] == method) & (cases["noise"] <= MOST_NOISE)
    return AXES.cells(*(cases[name][kept] for name in ("arrival", "service", "servers", "rho", "error")))


def table(cases: dict[str, np.ndarray]) -> list[str]:
    """Give errors by method, arrivals and utilization."""
    sound = cases["noise"] <= MOST_NOISE
    groups = {"regular": cases["arrival"] < 1.0, "Poisson": cases["arrival"] == 1.0, "bursty": cases["arrival"] > 1.0}
    lines = ["| method | arrivals | cases | " + " | ".join(f"{rho:g}" for rho in UTILIZATIONS) + " |"]
    lines.append("|---|---|---:|" + "---:|" * len(UTILIZATIONS))
    for method, (name, group) in product(METHODS, groups.items()):
        chosen = sound & group & (cases["method"] == method)
        shown = [_figures(cases["error"][chosen & (cases["rho"] == rho)]) for rho in UTILIZATIONS]
        lines.append(f"| {NAMES[method]} | {name} | {chosen.sum()} | " + " | ".join(shown) + " |")
    return lines


def _figures(errors: Floats) -> str:
    if not errors.size:
        return "-"
    return f"{percent(np.median(np.abs(errors)))} / {percent(np.percentile(np.abs(errors), 95))}"


def report(date: str) -> str:
    cases = measure()
    ship(
        "phase_type_law_errors",
        AXES,
        {method: cells(cases, method) for method in METHODS},
        "benchmarks/phase_type_law_error.py",
    )
    sound = cases["noise"] <= MOST_NOISE
    lines = [
        "# What two moments leave open",
        "",
        f"{date}, {os.cpu_count()} cores, Python {platform.python_version()}, NumPy {np.__version__};"
        f" {time.process_time():.0f} s. Made by `python benchmarks/phase_type_law_error.py`.",
        "",
        f"{sound.sum()} queues with gamma and lognormal laws, simulated: intervals of scv {ARRIVALS} (exponential at"
        f" 1), service of scv {SERVICES}, {SERVERS} servers, utilization {tuple(UTILIZATIONS)}; {BATCHES} batches of"
        f" {min(UTILIZATIONS.values()):,} to {max(UTILIZATIONS.values()):,} customers. Left out:"
        f" {(~sound).sum()} whose standard error is above {MOST_NOISE:.0%} (hardly any waiting). Standard error"
        f" {percent(np.median(cases['noise'][sound]))} % in the median; it is part of the errors below.",
        "",
        "Absolute relative error of the mean wait in percent, median / 95 of 100, by utilization:",
        "",
        *table(cases),
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--date", default=dt.datetime.now(dt.UTC).date().isoformat())
    text = report(parser.parse_args().date)
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
