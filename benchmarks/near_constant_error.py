"""Measure the interpolation for service of nearly constant length against simulation; choose it among others.

Usage: OPENBLAS_NUM_THREADS=1 python benchmarks/near_constant_error.py [--cases FILE] [--date YYYY-MM-DD]

Every other queue of the grid trains: on these an interpolant was chosen. The others are held out, and tell whether
errors stated from the first half hold; the package then states those of both. Gamma and shifted lognormal service
times, with the same arrivals as constant service, whose exactly known mean wait takes most of the noise away. Writes
near_constant_error.md beside this script, and near_constant_errors.json into the package.
"""

import argparse
import datetime as dt
import itertools
import json
import os
import platform
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from error_cells import Axes, Floats, percent, ship
from ggc_recursion import CUSTOMERS, Law, controlled_mean, interval_law, run

from hubcalc.queueing.gi_dc import gidc_wait_mean_hours, gidc_wait_probability, gidc_wait_quantile_hours
from hubcalc.queueing.measured_errors import error_table
from hubcalc.queueing.near_constant_service import (
    NearConstantQuantity,
    most_service_phases,
    near_constant_expected_error,
    near_constant_wait_mean_hours,
    near_constant_wait_probability,
    near_constant_wait_quantile_hours,
)
from hubcalc.queueing.ph_ph_c_moments import phphc_wait_mean_hours

ARRIVAL_SCV = (0.25, 0.5, 1.0, 2.0, 4.0)
SERVERS = (1, 2, 4, 8, 16)
UTILIZATION = (0.3, 0.5, 0.7, 0.85, 0.95)
SERVICE_SCV = (0.02, 0.05, 0.1, 0.15, 0.2)
BATCHES = 20
KINDS = ("gamma", "shifted_lognormal")
QUANTILES = {"p90": 0.9, "p95": 0.95}
MOST_NOISE = 0.02  # relative standard error beyond which a case tells nothing
QUANTITIES: tuple[NearConstantQuantity, ...] = ("mean", "probability", "p90", "p95")
LEAST_QUANTILE = 0.1  # service times
STATED = 100.0  # percentile of the cases of a cell: the largest error, a margin for 95 of 100 other cases
AXES = Axes((0.25, 4.0), (0.0, 0.2), (1, 4, 16), (0.3, 0.5, 0.7, 0.85, 0.95), 1)
Case = dict[str, float | str]


def simulate() -> Iterator[Case]:
    """Simulate all cases."""
    services = [Law("constant", 0.0), *(Law(kind, scv) for kind in KINDS for scv in SERVICE_SCV)]
    for seed, (arrival, servers, rho) in enumerate(itertools.product(ARRIVAL_SCV, SERVERS, UTILIZATION)):
        given = (rho * servers, arrival, 1.0, servers)
        exact = {"mean": gidc_wait_mean_hours(*given), "probability": gidc_wait_probability(*given)}
        exact |= {name: gidc_wait_quantile_hours(*given, share) for name, share in QUANTILES.items()}
        out = run(interval_law(arrival), services, servers, rho, seed, BATCHES, shares=tuple(QUANTILES.values()))
        batches = {"mean": out.waits, "probability": out.waiting}
        batches |= dict(zip(QUANTILES, out.quantiles, strict=True))
        for number, law in enumerate(services[1:], start=1):
            case: Case = {"queue": seed, "arrival_scv": arrival, "servers": servers, "utilization": rho}
            case |= {"service": law.kind, "service_scv": law.scv}
            for name, values in batches.items():
                controls = np.stack([values[0] - exact[name], out.gaps - 1.0, out.works[number] - 1.0])
                case[name], case[f"{name}_error"] = controlled_mean(values[number], controls)
            yield case
        print(f"{seed + 1}: scv {arrival}, {servers} servers, utilization {rho}", flush=True)


def anchors(arrival: Floats, servers: Floats, rho: Floats) -> tuple[Floats, ...]:
    """Return both service scvs of phase-type service, and the waits at 0 and at both."""
    phases = most_service_phases(arrival, servers)
    few, more = 1.0 / phases, 1.0 / (phases - 1.0)
    waits = (phphc_wait_mean_hours(rho * servers, arrival, 1.0, scv, servers) for scv in (few, more))
    return few, more, gidc_wait_mean_hours(rho * servers, arrival, 1.0, servers), *waits


def parabola(x: Floats, few: Floats, more: Floats, at_0: Floats, at_few: Floats, at_more: Floats) -> Floats:
    first, second = (at_few - at_0) / few, (at_more - at_0) / more
    return at_0 + x * (first + (second - first) / (more - few) * (x - few))


def interpolants(x: Floats, arrival: Floats, given: tuple[Floats, ...]) -> dict[str, Floats]:
    """Return the waits by the interpolants that were tried and lost."""
    few, more, at_0, at_few, at_more = given
    tiny = np.maximum(at_0, 1e-300)

    def shaped(there: Callable[[Floats, Floats], Floats], back: Callable[[Floats], Floats]) -> Floats:
        points = (there(wait, scv) for wait, scv in ((tiny, 0.0 * few), (at_few, few), (at_more, more)))
        return back(parabola(x, few, more, *points))

    return {
        "a line to the nearest": at_0 + (at_few - at_0) * x / few,
        "a parabola": shaped(lambda wait, _: wait, lambda value: value),
        "a parabola of the square root": shaped(lambda wait, _: np.sqrt(wait), np.square),
        "a parabola of the logarithm": shaped(lambda wait, _: np.log(wait), np.exp),
        "a parabola of wait / (ca2 + cs2)": shaped(
            lambda wait, scv: wait / (arrival + scv), lambda value: value * (arrival + x)
        ),
    }


def columns(cases: list[Case], quantity: str) -> dict[str, Floats]:
    """Return the cases that tell something of a quantity, as columns."""
    names = ("queue", "arrival_scv", "servers", "utilization", "service_scv")
    every = {name: np.array([case[name] for case in cases], dtype=np.float64) for name in names}
    truth = np.array([case[quantity] for case in cases], dtype=np.float64)
    noise = np.array([case[f"{quantity}_error"] for case in cases]) / np.maximum(truth, 1e-300)
    sound = (truth > (LEAST_QUANTILE if quantity in QUANTILES else 0.0)) & (noise < MOST_NOISE)
    every |= {"truth": truth, "noise": noise, "training": every["queue"] % 2 == 0}
    return {name: column[sound] for name, column in every.items()}


def computed(data: dict[str, Floats], quantity: str) -> Floats:
    """Return what the package gives, the same for all laws of service."""
    rows = np.stack([data[name] for name in ("arrival_scv", "servers", "utilization", "service_scv")])
    (arrival, servers, rho, x), law = np.unique(rows, axis=1, return_inverse=True)
    given = (rho * servers, arrival, 1.0, x, servers)
    if quantity in QUANTILES:
        return near_constant_wait_quantile_hours(*given, QUANTILES[quantity])[law]
    function = near_constant_wait_mean_hours if quantity == "mean" else near_constant_wait_probability
    return function(*given)[law]


def halves(size: Floats, training: Floats) -> str:
    """Give median and 95th percentile of the training and of the other half, and the largest error, as cells."""
    parts = [f(size[half]) for half in (training, ~training) for f in (np.median, lambda e: np.percentile(e, 95))]
    return " | ".join(map(percent, [*parts, size.max()]))


def state(data: dict[NearConstantQuantity, dict[str, Floats]], sizes: dict[NearConstantQuantity, Floats], whole: bool):
    """Write the largest error of each cell into the package: of the training half, or of all cases."""
    cells = {}
    for quantity, each in data.items():
        rows = each["training"] | whole
        axes = (each[name][rows] for name in ("arrival_scv", "service_scv", "servers", "utilization"))
        cells[quantity] = AXES.cells(*axes, sizes[quantity][rows], STATED)
    ship("near_constant_errors", AXES, cells, "benchmarks/near_constant_error.py")
    error_table.cache_clear()


def report(cases: list[Case], date: str) -> str:
    """Compare interpolants, check errors stated from one half on the other, and write those of all into the package."""
    data = {quantity: columns(cases, quantity) for quantity in QUANTITIES}
    sizes = {q: np.abs(computed(data[q], q) / data[q]["truth"] - 1.0) for q in QUANTITIES}
    state(data, sizes, whole=False)
    mean = data["mean"]
    arrival, servers, rho, x = (mean[name] for name in ("arrival_scv", "servers", "utilization", "service_scv"))
    tried = interpolants(x, arrival, anchors(arrival, servers, rho))
    lines = [
        "# Error of the interpolation for nearly constant service",
        "",
        f"{date}, {os.cpu_count()} cores, Python {platform.python_version()}, NumPy {np.__version__}. Made by"
        " `python benchmarks/near_constant_error.py`.",
        "",
        f"{len(cases)} cases: intervals of scv {ARRIVAL_SCV}, {SERVERS} servers, utilization {UTILIZATION}, gamma and"
        f" shifted lognormal service of scv {SERVICE_SCV}; {BATCHES} batches of {CUSTOMERS:,} customers. Standard error"
        f" of the mean wait {percent(np.median(mean['noise']))} % in the median. Left out: values with a standard error"
        " above 2 % (hardly any waiting), and quantiles below a tenth of the service time.",
        "",
        "Absolute relative errors of the mean wait in percent, noise included, by interpolant in the service scv:",
        "",
        "| interpolant | training: median | 95 of 100 | held out: median | 95 of 100 | largest |",
        "|---|---:|---:|---:|---:|---:|",
        *(
            f"| {name} | {halves(np.abs(wait / mean['truth'] - 1.0), mean['training'])} |"
            for name, wait in tried.items()
        ),
        f"| hubcalc's | {halves(sizes['mean'], mean['training'])} |",
        "",
        "hubcalc's, by utilization and servers (95 of 100, all cases):",
        "",
        "| utilization | " + " | ".join(f"c = {c}" for c in SERVERS) + " |",
        "|---|" + "---:|" * len(SERVERS),
    ]
    for level in UTILIZATION:
        here = [sizes["mean"][(rho == level) & (servers == c)] for c in SERVERS]
        lines.append(
            f"| {level} | " + " | ".join(percent(np.percentile(e, 95)) if e.size else "-" for e in here) + " |"
        )
    lines += [
        "",
        "hubcalc's, by quantity. The last column is the share of held-out cases within the largest error of the"
        " training half in the same cell; the package states the largest error of all cases.",
        "",
        "| quantity | cases | training: median | 95 of 100 | held out: median | 95 of 100 | largest | inside |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for quantity, each in data.items():
        axes = (each[name] for name in ("arrival_scv", "service_scv", "servers", "utilization"))
        stated = near_constant_expected_error(quantity, *axes)
        checked = ~each["training"] & ~stated.out_of_range
        share = percent((sizes[quantity] <= stated.percentile_95)[checked].mean())
        size = sizes[quantity]
        lines.append(f"| {quantity} | {size.size} | {halves(size, each['training'])} | {share} |")
    state(data, sizes, whole=True)
    return "\n".join([*lines, ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=Path, help="read the simulated cases from this JSON file, or write it")
    parser.add_argument("--date", default=dt.datetime.now(dt.UTC).date().isoformat())
    options = parser.parse_args()
    if options.cases and options.cases.exists():
        cases = json.loads(options.cases.read_text(encoding="utf-8"))
    else:
        cases = list(simulate())
        if options.cases:
            options.cases.write_text(json.dumps(cases), encoding="utf-8")
    text = report(cases, options.date)
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
