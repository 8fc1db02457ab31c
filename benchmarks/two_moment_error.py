"""Measure the two-moment approximations of GI/G/c against exact PH/PH/c queues.

Usage: OPENBLAS_NUM_THREADS=1 python benchmarks/two_moment_error.py [--date YYYY-MM-DD]

Writes two_moment_error.md beside this script, and two_moment_errors.json, median and 95th percentile by cell, into the
package. Queues off the grid, which did not enter the table, tell how often its errors hold.
"""

import argparse
import datetime as dt
import itertools
import os
import platform
import time
from pathlib import Path

import numpy as np
from error_cells import Axes, Floats, percent, ship

from hubcalc.queueing import MOST_STATES, departure_scv, fit_two_moments, ggc_wait_mean_hours, solve_ph_ph_c
from hubcalc.queueing.measured_errors import error_table
from hubcalc.queueing.phase_states import phase_states
from hubcalc.queueing.phase_type_fits import two_moment_phases
from hubcalc.queueing.two_moment_methods import TWO_MOMENT_METHODS, expected_two_moment_error
from hubcalc.queueing.two_moment_tails import ggc_wait_probability, ggc_wait_quantile_hours
from hubcalc.queueing.two_moment_waits import (
    allen_cunneen_wait_mean_hours,
    kimura_wait_mean_hours,
    kingman_wait_bound_hours,
    kraemer_langenbach_belz_wait_mean_hours,
    marchal_wait_mean_hours,
)

GRID = (
    (0.25, 0.5, 1.0, 2.0, 4.0),
    (0.25, 0.5, 1.0, 2.0, 4.0),
    (1, 2, 3, 4, 6, 8, 12),
    (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95),
)
OFF_GRID = ((0.35, 0.7, 1.0, 1.5, 3.0), (0.35, 0.7, 1.0, 1.5, 3.0), (1, 3, 5, 7, 11), (0.45, 0.65, 0.78, 0.92))
AXES = Axes((0.25, 4.0), (0.25, 4.0), (1, 4, 8, 12), (0.3, 0.5, 0.7, 0.85, 0.95), 3)
LEAST_QUANTILE = 0.1  # service times: shorter exact quantiles tell nothing of the relative error


def measure(grid: tuple[tuple[float, ...], ...]) -> tuple[tuple[Floats, ...], dict[str, Floats]]:
    """Return arrival scv, service scv, servers and utilization of all queues that are solved, and relative errors."""
    places, parts = [], []
    arrivals, services, servers, utilization = grid
    rho = np.array(utilization)
    for a, s, c in itertools.product(arrivals, services, map(int, servers)):
        phases = [int(two_moment_phases(scv)) for scv in (a, s)]
        if int(phase_states(*phases, c)) <= MOST_STATES:
            places.append(np.stack([np.full_like(rho, a), np.full_like(rho, s), np.full_like(rho, c), rho]))
            parts.append(errors(a, s, c, rho))
    columns = np.concatenate(places, axis=1)
    return tuple(columns), {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def errors(a: float, s: float, c: int, rho: Floats) -> dict[str, Floats]:
    """Return the relative errors of all methods for queues of one kind; NaN where a method is not defined."""
    queue = solve_ph_ph_c(fit_two_moments(1.0 / (rho * c), a), fit_two_moments(1.0, s), c)
    given = (rho * c, a, 1.0, s, c)
    nothing = np.full_like(rho, np.nan)
    waits = {
        "kingman_bound": kingman_wait_bound_hours(*given),
        "marchal": marchal_wait_mean_hours(*given[:4]) if c == 1 else nothing,
        "allen_cunneen": allen_cunneen_wait_mean_hours(*given),
        "kraemer_langenbach_belz": kraemer_langenbach_belz_wait_mean_hours(*given),
        "kimura": kimura_wait_mean_hours(*given) if max(a, s) <= 1.0 else nothing,
        "whitt": ggc_wait_mean_hours(*given),
    }
    result = {name: wait / queue.wait_mean_hours - 1.0 for name, wait in waits.items()}
    result["whitt_wait_probability"] = ggc_wait_probability(*given) / queue.wait_probability - 1.0
    for share in (0.9, 0.95):
        exact = queue.wait_quantile_hours(share)
        long = exact >= LEAST_QUANTILE
        error = ggc_wait_quantile_hours(*given, share) / np.where(long, exact, 1.0) - 1.0
        result[f"gamma_tail_p{100 * share:.0f}"] = np.where(long, error, np.nan)
    result["departure_scv"] = departure_scv(a, s, rho, c) / queue.departure_scv() - 1.0
    return result


def table(axes: tuple[Floats, ...], errors_of: dict[str, Floats]) -> list[str]:
    """Give the errors of each method by utilization and by kind of arrivals."""
    arrival, _, _, rho = axes
    groups = {
        "all": np.ones(rho.shape, dtype=bool),
        "utilization < 0.5": rho < 0.5,
        "0.5 to 0.8": (rho >= 0.5) & (rho <= 0.8),
        "> 0.8": rho > 0.8,
        "regular arrivals": arrival < 1.0,
        "Poisson": arrival == 1.0,
        "bursty": arrival > 1.0,
    }
    lines = ["| method | " + " | ".join(groups) + " |", "|---|" + "---:|" * len(groups)]
    for name, error in errors_of.items():
        cells = [np.abs(error[inside & ~np.isnan(error)]) for inside in groups.values()]
        lines.append(
            f"| {name} | "
            + " | ".join(f"{percent(np.median(e))} / {percent(np.percentile(e, 95))}" if e.size else "-" for e in cells)
            + " |"
        )
    return lines


def coverage(axes: tuple[Floats, ...], errors_of: dict[str, Floats]) -> list[str]:
    """Say in how many queues off the grid the stated errors hold."""
    lines = []
    for name, error in errors_of.items():
        stated = expected_two_moment_error(name, *axes)
        known = ~stated.out_of_range & ~np.isnan(error)
        hits = np.abs(error[known]) <= stated.percentile_95[known] + 1e-9
        lines.append(f"* {name}: in {100 * hits.mean():.0f} % of {known.sum()} queues.")
    return lines


def report(date: str) -> str:
    start = time.process_time()
    axes, errors_of = measure(GRID)
    assert set(errors_of) == {formula.name for formula in TWO_MOMENT_METHODS}
    assert errors_of["kingman_bound"].min() >= 0.0
    cells = {name: AXES.cells(*axes, error) for name, error in errors_of.items()}
    ship("two_moment_errors", AXES, cells, "benchmarks/two_moment_error.py")
    error_table.cache_clear()
    off_axes, off_errors = measure(OFF_GRID)
    seconds = time.process_time() - start
    lines = [
        "# Errors of the two-moment approximations",
        "",
        f"{date}, {os.cpu_count()} cores, Python {platform.python_version()}, NumPy {np.__version__}; {seconds:.0f} s."
        " Made by `python benchmarks/two_moment_error.py`.",
        "",
        f"{axes[0].size} exact PH/PH/c queues: intervals of scv {GRID[0]}, service of scv {GRID[1]}, {GRID[2]} servers"
        f" (up to {MOST_STATES} states), utilization {GRID[3]}. Absolute relative errors in percent: median / 95 of"
        " 100. For the bound, its excess. For quantiles, where the exact one is a tenth of the service time or more.",
        "",
        *table(axes, errors_of),
        "",
        f"The stated 95th percentiles of the cells hold, for {off_axes[0].size} queues off the grid (scv"
        f" {OFF_GRID[0]}, {OFF_GRID[2]} servers, utilization {OFF_GRID[3]}):",
        "",
        *coverage(off_axes, off_errors),
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--date", default=dt.datetime.now(dt.UTC).date().isoformat())
    options = parser.parse_args()
    text = report(options.date)
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
