"""Measure the errors of the methods for open networks and for tandems with finite rooms.

Usage: python benchmarks/network_error.py [--networks 120] [--hours 150000] [--longest 5] [--date YYYY-MM-DD]

Open networks of single servers: the robust network analyzer and the network analyzer of two moments against the
simulated and exact waits of tests/golden and against random networks that are simulated here. Tandems with finite
rooms: the decomposition against the Markov chain of the whole line.
"""

import argparse
import datetime as dt
import json
import os
import platform
import re
from collections.abc import Callable, Iterator
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import numpy as np
from network_simulation import Floats, simulate_network

from hubcalc.queueing.finite_tandems import finite_tandem_capacity_per_hour, solve_finite_tandem
from hubcalc.queueing.open_networks import solve_open_network
from hubcalc.queueing.robust_networks import LEAST_WAITING, UTILIZATION_BANDS, solve_robust_network

GOLDEN = Path(__file__).parents[1] / "tests" / "golden"
SEED = 4_100
RUNS = 4
MOST_NOISE = 0.03
RULE = "|---" * 8 + "|"
METHODS = ("robust", "two moments")
Row = dict[str, Any]


# --- open networks


def golden_networks() -> Iterator[Row]:
    """Give the networks of single servers with simulated or exact waits, station by station."""
    found: dict[str, Row] = {}
    for name in ("open_networks", "tandems"):
        for case in json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))["cases"]:
            match = re.match(r"C-(?:sim|tan2)-(.*)-Wq?(\d+)$", case["id"])
            if match and max(case["parameters"].get("servers", [1])) == 1:
                group = "two queues, exact" if name == "tandems" else match[1]
                row = found.setdefault(match[1], {"group": group, "waits": {}, "given": given(case["parameters"])})
                row["waits"][int(match[2]) - 1] = case["value"]
    yield from found.values()


def given(parameters: dict[str, Any]) -> tuple[Any, ...]:
    """Return rates and scvs of arrivals, means and scvs of services and routes of a golden case."""
    if "external_interarrival" in parameters:
        streams, laws = parameters["external_interarrival"], parameters["service"]
        return (
            [1.0 / stream["mean"] if stream else 0.0 for stream in streams],
            [scv_of(stream["distribution"]) if stream else 1.0 for stream in streams],
            [law["mean"] for law in laws],
            [scv_of(law["distribution"]) for law in laws],
            np.array(parameters["routing"]),
        )
    if "service1" in parameters:
        means = [parameters["mean_service1"], parameters["mean_service2"]]
        scvs = [scv_of(parameters["service1"]), scv_of(parameters["service2"])]
    else:
        means = parameters["mean_service"]
        scvs = [1.0] * len(means)
    count = len(means)
    return [1.0] + [0.0] * (count - 1), [scv_of(parameters["interarrival"])] * count, means, scvs, np.eye(count, k=1)


def scv_of(name: str) -> float:
    """Return the scv of a distribution that a golden case names."""
    if name in ("M", "D", "deterministic"):
        return 1.0 if name == "M" else 0.0
    if name.startswith("E"):
        return 1.0 / int(name.removeprefix("E"))
    match = re.search(r"scv\D*([\d.]+)", name)
    assert match, name
    return float(match[1])


def random_network(rng: np.random.Generator, shape: str) -> tuple[Floats, ...]:
    """Make rates and scvs of arrivals, means and scvs of services and routes of two to five stations."""
    count = int(rng.integers(2, 6))
    external = rng.random(count) * (rng.random(count) < 0.5)
    external[0] += 0.5
    if shape == "line":
        external = np.eye(count)[0]
        routing = np.eye(count, k=1)
    elif shape == "tree":
        routing = np.triu(rng.random((count, count)), 1) * (rng.random((count, count)) < 0.7)
        routing /= np.maximum(routing.sum(axis=1, keepdims=True), 1.0)
    else:
        routing = rng.random((count, count)) * (rng.random((count, count)) < 0.6)
        routing *= rng.uniform(0.4, 0.9, (count, 1)) / np.maximum(routing.sum(axis=1, keepdims=True), 0.1)
    flow = np.linalg.solve(np.eye(count) - routing.T, external)
    scale = count / flow.sum()
    load = rng.uniform(UTILIZATION_BANDS[0], 0.9, count)
    service = np.where(flow > 1e-9, load / np.maximum(flow * scale, 1e-9), 0.1)
    outer = rng.choice([0.25, 0.5, 1.0, 2.0, 4.0], count)
    return external * scale, outer, service, rng.choice([0.0, 0.25, 0.5, 1.0, 2.0], count), routing


def station_rows(group: str, network: tuple[Any, ...], truth: dict[int, float]) -> Iterator[Row]:
    """Give the errors of both methods at the stations of which the truth is known."""
    external, outer, service, scv, routing = network
    robust = solve_robust_network(external, outer, service, scv, routing)
    two_moments = solve_open_network(external, outer, service, scv, 1, routing)
    for i, wait in truth.items():
        yield {
            "group": group,
            "load": float(robust.utilization[i]),
            "robust": float(robust.wait_mean_hours[i]) / wait - 1.0,
            "two moments": float(two_moments.wait_mean_hours[i]) / wait - 1.0,
        }


def simulated_rows(networks: int, hours: float) -> Iterator[Row]:
    """Simulate random networks and give the errors at stations where people wait and the simulation is sure."""
    for number in range(networks):
        rng = np.random.default_rng(SEED + number)
        shape = ("line", "tree", "loops")[number % 3]
        network = random_network(rng, shape)
        runs = np.array([simulate_network(*network, hours, SEED + 100 * number + run) for run in range(RUNS)])
        waiting, noise = runs.mean(axis=0), runs.std(axis=0, ddof=1) / np.sqrt(RUNS)
        flow = np.linalg.solve(np.eye(len(waiting)) - network[4].T, network[0])
        sure = (waiting > LEAST_WAITING) & (noise < MOST_NOISE * waiting) & (flow > 1e-6)
        yield from station_rows(shape, network, {int(i): waiting[i] / flow[i] for i in np.flatnonzero(sure)})


# --- tandems with finite rooms


def tandem_rows(longest: int) -> Iterator[Row]:
    """Give the errors of the decomposition for lines that can be solved exactly; waits up to `longest` stations."""
    for stations, room, scv, slow in product((2, 3, 4, 5), (0, 1, 2, 5, 10), (0.25, 0.5, 1.0, 2.0), (None, -1, 1)):
        service = np.ones(stations) if slow is None else np.where(np.arange(stations) == slow % stations, 1.0, 0.8)
        rooms = np.full(stations, float(room))
        place = {"stations": stations, "room": room, "scv": scv, "balanced": slow is None}
        if (1 + room) ** (stations - 1) * (1.0 / scv) ** stations > 4000:
            continue
        capacity = finite_tandem_capacity_per_hour(service, scv, 1, rooms)
        near = finite_tandem_capacity_per_hour(service, scv, 1, rooms, "decomposition")
        yield {**place, "quantity": "capacity", "load": 1.0, "error": near / capacity - 1.0}
        if stations > longest:
            continue
        rooms[0] = np.inf
        for load in (0.5, 0.7, 0.85, 0.95):
            exact = solve_finite_tandem(load * capacity, 1.0, service, scv, 1, rooms)
            if exact.method != "exact":
                break
            other = solve_finite_tandem(load * capacity, 1.0, service, scv, 1, rooms, "decomposition")
            if np.isinf(other.sojourn_mean_hours):
                continue
            row = {**place, "load": load}
            sojourn = other.sojourn_mean_hours / exact.sojourn_mean_hours - 1.0
            yield {**row, "quantity": "sojourn", "error": sojourn}
            first = float(other.wait_mean_hours[0] / exact.wait_mean_hours[0] - 1.0)
            yield {**row, "quantity": "first wait", "error": first}
            if room:
                later = exact.wait_mean_hours[1:].sum()
                yield {**row, "quantity": "later waits", "error": other.wait_mean_hours[1:].sum() / later - 1.0}


# --- the report


def shown(errors: list[float]) -> str:
    """Return median, P90 and greatest absolute error, and the least and greatest signed one, in percent."""
    values = 100.0 * np.array(errors)
    sizes = [*np.quantile(np.abs(values), (0.5, 0.9)), np.abs(values).max()]
    return " | ".join([*(f"{size:.1f}" for size in sizes), f"{values.min():+.1f}", f"{values.max():+.1f}"])


def network_table(rows: list[Row], regions: dict[str, Callable[[Row], bool]]) -> list[str]:
    lines = [
        "| stations | method | number | median | P90 | max | least | greatest |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for region, chosen in regions.items():
        here = [row for row in rows if chosen(row)]
        if here:
            lines += [f"| {region} | {name} | {len(here)} | {shown([row[name] for row in here])} |" for name in METHODS]
    return [*lines, ""]


def tandem_table(rows: list[Row]) -> list[str]:
    lines = [
        "| quantity | lines | number | median | P90 | max | least | greatest |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for quantity in ("capacity", "sojourn", "first wait", "later waits"):
        chosen = [row for row in rows if row["quantity"] == quantity]
        regions: list[tuple[str, list[Row]]] = [("all", chosen)]
        for key in ("stations", "room", "scv", "load", "balanced"):
            values = sorted({row[key] for row in chosen})
            if len(values) > 1:
                regions += [(f"{key} {value}", [row for row in chosen if row[key] == value]) for value in values]
        for region, here in regions:
            lines.append(f"| {quantity} | {region} | {len(here)} | {shown([row['error'] for row in here])} |")
    return [*lines, ""]


def network_regions(golden: list[Row]) -> dict[str, Callable[[Row], bool]]:
    """Return the groups of the golden networks, the shapes of the random ones, and bands of utilization."""
    regions: dict[str, Callable[[Row], bool]] = {}
    for group in dict.fromkeys(row["group"] for row in golden):
        regions[group] = lambda row, group=group: row["group"] == group
    for shape in ("line", "tree", "loops"):
        regions[f"random, {shape}"] = lambda row, shape=shape: row["group"] == shape
    edges = [*UTILIZATION_BANDS, 0.9]
    for name, shapes in (("no loops", ("line", "tree")), ("loops", ("loops",))):
        for low, high in pairwise(edges):
            regions[f"random, {name}, utilization {low:g}-{high:g}"] = lambda row, low=low, high=high, shapes=shapes: (
                row["group"] in shapes and low <= row["load"] < high
            )
    return regions


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", type=int, default=120, help="number of random networks")
    parser.add_argument("--hours", type=float, default=150_000.0, help="simulated time of each of four runs")
    parser.add_argument("--longest", type=int, default=5, help="most stations of a tandem whose waits are compared")
    parser.add_argument("--date", default=dt.datetime.now(dt.UTC).date().isoformat())
    parser.add_argument("--output", type=Path, default=Path(__file__).with_suffix(".md"))
    options = parser.parse_args()
    golden = [row for each in golden_networks() for row in station_rows(each["group"], each["given"], each["waits"])]
    simulated = list(simulated_rows(options.networks, options.hours))
    tandems = list(tandem_rows(options.longest))
    lines = [
        "# Errors of open networks and of tandems with finite rooms",
        "",
        f"{options.date}, {os.cpu_count()} cores, Python {platform.python_version()}, NumPy {np.__version__}. Made by"
        f" `python benchmarks/network_error.py --networks {options.networks} --hours {options.hours:g}"
        f" --longest {options.longest}`. Relative"
        " errors in percent; signed: least and greatest.",
        "",
        "## Wait per visit in networks of single servers",
        "",
        "`robust` is `solve_robust_network`, `two moments` is `solve_open_network`. Above: the networks of tests/golden"
        f", simulated or exact. Random: {options.networks} networks of 2-5 stations, utilization"
        f" {UTILIZATION_BANDS[0]:g}-0.9, scv of arrivals 0.25-4 and of service 0-2, simulated here; left"
        " out are stations with fewer than"
        f" {LEAST_WAITING:g} waiting on the mean and those with a standard error above {100 * MOST_NOISE:g} %.",
        "",
        *network_table([*golden, *simulated], network_regions(golden)),
        "## Tandems of single servers with finite rooms",
        "",
        "The decomposition against the Markov chain of the line; Poisson arrivals without limit before the first"
        " station, one size of room between the others, one scv of service. Not balanced: all stations but the last, or"
        " but the second, take 0.8 of its time. Load is over the exact capacity.",
        "",
        *tandem_table(tandems),
    ]
    options.output.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
