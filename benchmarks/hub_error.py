"""Measure the error of whole hubs against simulation.

Usage: python benchmarks/hub_error.py [--hubs 200] [--method auto] [--jobs 1] [--date YYYY-MM-DD]

Random hubs with routes of 2-5 stages are written as documents, analyzed by hubcalc and simulated: every train, and
every box where cranes or servers handle boxes, first come, first served. Stages are simulated one after the other, each
with the arrivals, in their order, that those before it have sent.
"""

import argparse
import datetime as dt
import json
import os
import platform
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from random_hubs import Document, random_hub
from simulation import Floats, Front, gamma_values, gaps, serve_one_by_one

import hubcalc
from hubcalc.queueing import BatchLaw
from hubcalc.version import MODEL_VERSION

RUNS = 400
SEED = 7_000


@dataclass(frozen=True)
class Simulated:
    """Means of the main flow with their standard errors; those of the stages are of the trains that visit."""

    wait: tuple[float, float]
    dwell: tuple[float, float]
    p90: tuple[float, float]
    per_day: tuple[float, float]
    stages: dict[str, tuple[float, float]]


def simulate(document: Document, busiest: float, rng: np.random.Generator) -> Simulated:
    """Simulate a hub; each value with its standard error over independent runs."""
    warm = int(min(2000, max(150, 20 / (1 - busiest) ** 2)))
    kept = 500 if busiest < 0.7 else 2000
    flows = document["flows"]
    span = (warm + kept) / flows["main"]["per_day"]
    counts = {key: int(span * flow["per_day"] * (1 if key == "main" else 1.3)) + 50 for key, flow in flows.items()}
    times = {k: np.cumsum(gaps(rng, f["scv"], (RUNS, counts[k])), axis=1) * 24 / f["per_day"] for k, f in flows.items()}
    boxes = {key: _boxes(rng, flow["contents"], (RUNS, counts[key])) for key, flow in flows.items()}
    doors, waited = times["main"].copy(), np.zeros_like(times["main"])
    window = slice(warm, warm + kept)
    stages = {}
    for stage_id, stage in document["stages"].items():
        keys = [key for key, flow in flows.items() if stage_id in flow["route"]]
        if not keys:
            continue
        joined = np.concatenate([times[key] for key in keys], axis=1)
        order = np.argsort(joined, axis=1, kind="stable")
        arrivals = np.take_along_axis(joined, order, axis=1)
        contents = np.take_along_axis(np.concatenate([boxes[key] for key in keys], axis=1), order, axis=1)
        present = rng.random(arrivals.shape) < stage.get("share", 1.0)
        waits, departures = _visit(rng, stage, arrivals, contents, present)
        back = np.empty_like(order)
        np.put_along_axis(back, order, np.arange(order.shape[1])[None, :], axis=1)
        waits, departures = (np.take_along_axis(values, back, axis=1) for values in (waits, departures))
        start = 0
        for key in keys:
            here = slice(start, start + counts[key])
            start += counts[key]
            if key == "main":
                waited += waits[:, here]
                visiting = waits[:, here][:, window].mean(axis=1) / stage.get("share", 1.0)
                stages[stage_id] = _mean(visiting)
            times[key] = departures[:, here]
    dwell = (times["main"] - doors)[:, window]
    leaving = np.sort(times["main"], axis=1)[:, window]
    rate = 24 * (kept - 1) / (leaving[:, -1] - leaving[:, 0])
    spread = [np.quantile(part, 0.9) for part in np.array_split(dwell, 20)]
    return Simulated(
        _mean(waited[:, window].mean(axis=1)),
        _mean(dwell.mean(axis=1)),
        (float(np.quantile(dwell, 0.9)), float(np.std(spread, ddof=1) / np.sqrt(20))),
        _mean(rate),
        stages,
    )


def _visit(
    rng: np.random.Generator, stage: Document, arrivals: Floats, boxes: np.ndarray, present: np.ndarray
) -> tuple[Floats, Floats]:
    if stage["kind"] == "gate" or (stage["kind"] == "service" and stage.get("serves", "unit") == "unit"):
        hours = _service_hours(rng, stage["service_time"], arrivals.shape)
        return serve_one_by_one(arrivals, hours, present, stage.get("lanes") or stage["servers"])
    if stage["kind"] == "transshipment_front":
        shunting = (stage["place_minutes"] / 60, stage["remove_minutes"] / 60)
        front = Front(stage["cranes"], stage["standard_gauge_tracks"], *shunting, RUNS)
        hours, scv = 1 / stage["moves_per_crane_hour"], stage["move_scv"]
    else:
        front = Front(stage["servers"], None, 0.0, 0.0, RUNS)
        hours, scv = stage["service_time"]["mean_minutes"] / 60, stage["service_time"]["scv"]
    waits, departures = np.zeros_like(arrivals), np.zeros_like(arrivals)
    for i in range(arrivals.shape[1]):
        box_hours = hours * gamma_values(rng, scv, (int(boxes[:, i].max()), RUNS))
        waits[:, i], departures[:, i] = front.handle(arrivals[:, i], boxes[:, i], box_hours)
    return waits, departures


def _boxes(rng: np.random.Generator, contents: Document, shape: tuple[int, int]) -> np.ndarray:
    if contents["scv"] == 0:
        return np.full(shape, int(contents["mean"]))
    probabilities = BatchLaw.fitted(contents["mean"], contents["scv"]).pmf(400).ravel()
    return rng.choice(400, shape, p=probabilities / probabilities.sum()) + 1


def _service_hours(rng: np.random.Generator, service: Document, shape: tuple[int, ...]) -> Floats:
    match service["law"]:
        case "exponential":
            return service["mean_minutes"] / 60 * rng.standard_exponential(shape)
        case "deterministic":
            return np.full(shape, service["mean_minutes"] / 60)
        case "lognormal":
            return service["mean_minutes"] / 60 * _lognormal(rng, service["scv"], shape)
        case "shifted_lognormal":
            excess = service["excess_mean_minutes"] * _lognormal(rng, service["excess_scv"], shape)
            return (service["shift_minutes"] + excess) / 60
        case _:
            return service["mean_minutes"] / 60 * gamma_values(rng, service["scv"], shape)


def _lognormal(rng: np.random.Generator, scv: float, shape: tuple[int, ...]) -> Floats:
    variance = np.log1p(scv)
    return rng.lognormal(-variance / 2, np.sqrt(variance), shape)


def _mean(runs: Floats) -> tuple[float, float]:
    return float(runs.mean()), float(runs.std(ddof=1) / np.sqrt(runs.size))


# --- comparison


def compare(number: int, method: str) -> Document:
    """Make, analyze and simulate one hub."""
    rng = np.random.default_rng(SEED + number)
    document, busiest = random_hub(rng, number)
    result = hubcalc.analyze(document, method=method).report.results[0]
    truth = simulate(document, busiest, rng)
    metrics = {
        "wait": ("wait_mean_hours", truth.wait),
        "dwell": ("dwell_mean_hours", truth.dwell),
        "dwell P90": ("dwell_p90_hours", truth.p90),
        "throughput": ("throughput_per_day", truth.per_day),
    }
    flows = document["flows"].values()
    return {
        "number": number,
        "busiest": busiest,
        "poisson": all(flow["scv"] == 1 for flow in flows),
        "flows": len(flows),
        "fronts": sum(stage["kind"] == "transshipment_front" for stage in document["stages"].values()),
        "document": document,
        "metrics": {
            name: {
                "computed": result.metrics[key].value,
                "status": result.metrics[key].verdict.status,
                "stated": result.metrics[key].verdict.expected_error,
                "simulated": value,
                "standard_error": error,
            }
            for name, (key, (value, error)) in metrics.items()
        },
        "stages": [
            {
                "stage": station.stage,
                "kind": station.kind,
                "utilization": station.utilization,
                "computed": station.wait_mean_hours,
                "stated": station.verdict.expected_error,
                "status": station.verdict.status,
                "share": document["stages"][station.stage].get("share", 1.0),
                "simulated": truth.stages[station.stage][0],
                "standard_error": truth.stages[station.stage][1],
                "service_hours": station.service_mean_hours,
            }
            for station in result.stations
            if station.stage in truth.stages
        ],
    }


REGIONS = {
    "all": lambda _: True,
    "Poisson at the door": lambda hub: hub["poisson"],
    "not Poisson": lambda hub: not hub["poisson"],
    "utilization 0.2-0.4": lambda hub: hub["busiest"] < 0.4,
    "utilization 0.4-0.6": lambda hub: 0.4 <= hub["busiest"] < 0.6,
    "utilization 0.6-0.75": lambda hub: 0.6 <= hub["busiest"] < 0.75,
    "utilization 0.75-0.9": lambda hub: hub["busiest"] >= 0.75,
    "one flow": lambda hub: hub["flows"] == 1,
    "two flows": lambda hub: hub["flows"] == 2,
    "no front": lambda hub: hub["fronts"] == 0,
    "with fronts": lambda hub: hub["fronts"] > 0,
}


def table(hubs: list[Document], name: str) -> list[str]:
    lines = [f"| {name} | hubs | median | P90 | P95 | max | mean signed |", "|---|---|---|---|---|---|---|"]
    for region, chosen in REGIONS.items():
        errors = np.array([_error(hub["metrics"][name]) for hub in hubs if chosen(hub)])
        if errors.size:
            values = [*np.quantile(np.abs(errors), (0.5, 0.9, 0.95)), np.abs(errors).max()]
            shown = " | ".join(f"{100 * value:.1f}" for value in values)
            lines.append(f"| {region} | {errors.size} | {shown} | {100 * errors.mean():+.1f} |")
    return [*lines, ""]


def in_dwells(hubs: list[Document]) -> list[str]:
    """Give the error of the wait as a share of the dwell, which is what a reader of hours sees."""
    lines = ["| wait error over dwell | hubs | median | P90 | P95 | max |", "|---|---|---|---|---|---|"]
    for region, chosen in REGIONS.items():
        errors = [
            abs(hub["metrics"]["wait"]["computed"] - hub["metrics"]["wait"]["simulated"])
            / hub["metrics"]["dwell"]["simulated"]
            for hub in hubs
            if chosen(hub)
        ]
        if errors:
            values = [*np.quantile(errors, (0.5, 0.9, 0.95)), max(errors)]
            lines.append(f"| {region} | {len(errors)} | " + " | ".join(f"{100 * v:.1f}" for v in values) + " |")
    return [*lines, ""]


POSITIONS = {
    "first, Poisson": lambda hub, place, _: hub["poisson"] and place == 0,
    "first, not Poisson": lambda hub, place, _: not hub["poisson"] and place == 0,
    "later, after a service or gate": lambda _, place, before: place > 0 and before != "transshipment_front",
    "later, after a front": lambda _, place, before: place > 0 and before == "transshipment_front",
}


def stage_table(hubs: list[Document]) -> list[str]:
    """Give the error of each stage's wait over its service time: relative errors of tiny waits say nothing."""
    lines = ["| error of the wait over service time | stages | median | P90 | P95 | mean signed |"]
    lines += ["|---|---|---|---|---|---|"]
    for position, chosen in POSITIONS.items():
        errors = []
        for hub in hubs:
            kinds = [stage["kind"] for stage in hub["stages"]]
            for place, stage in enumerate(hub["stages"]):
                if chosen(hub, place, kinds[place - 1]):
                    errors.append((stage["computed"] - stage["simulated"]) / stage["service_hours"])
        if errors:
            values = " | ".join(f"{100 * value:.1f}" for value in np.quantile(np.abs(errors), (0.5, 0.9, 0.95)))
            lines.append(f"| {position} | {len(errors)} | {values} | {100 * np.mean(errors):+.1f} |")
    return [*lines, ""]


def _error(metric: Document) -> float:
    return metric["computed"] / metric["simulated"] - 1


def coverage(hubs: list[Document], name: str) -> str:
    """Say in how many hubs that state an error the truth lies within it, two standard errors allowed."""
    stated = [hub["metrics"][name] for hub in hubs if hub["metrics"][name]["stated"] is not None]
    hits = [
        abs(m["computed"] - m["simulated"]) <= m["stated"] * m["computed"] + 2 * m["standard_error"] for m in stated
    ]
    share = f"{100 * np.mean(hits):.0f} % of them" if hits else "none"
    return f"* {name}: stated in {len(stated)} of {len(hubs)} hubs; the truth lies within it in {share}."


def report(hubs: list[Document], date: str, options: argparse.Namespace) -> str:
    waits = [hub["metrics"]["wait"] for hub in hubs]
    noise = [metric["standard_error"] / metric["simulated"] for metric in waits]
    sound = [hub for hub, spread in zip(hubs, noise, strict=True) if spread < 0.03]
    lines = [
        "# Error of whole hubs",
        "",
        f"{date}, {os.cpu_count()} cores, Python {platform.python_version()}, NumPy {np.__version__}. Made by"
        f" `python benchmarks/hub_error.py --hubs {options.hubs} --method {options.method}`."
        f" Model version {MODEL_VERSION}.",
        "",
        f"{len(sound)} random hubs of 2-5 stages with one or two flows; standard error of the simulated mean"
        f" wait {100 * np.median(noise):.2f} % in the median. Left out: {len(hubs) - len(sound)} hubs whose standard"
        " error is above 3 % (hardly any waiting, or very rare long waits). Relative errors in percent.",
        "",
    ]
    for name in ("wait", "dwell", "dwell P90", "throughput"):
        lines += table(sound, name)
    lines += [
        *in_dwells(sound),
        *stage_table(sound),
        "Where an error is stated (two standard errors of the simulation allowed):",
        "",
        *(coverage(sound, name) for name in ("wait", "dwell", "dwell P90", "throughput")),
    ]
    return "\n".join([*lines, ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hubs", type=int, default=200, help="number of random hubs")
    parser.add_argument("--method", default="auto", choices=("auto", "fast"), help="formulas that may be taken")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--date", default=dt.datetime.now(dt.UTC).date().isoformat())
    parser.add_argument("--cases", type=Path, help="write all hubs with their results to this JSON file too")
    parser.add_argument("--output", type=Path, help="by default hub_error.md, or hub_error_fast.md")
    options = parser.parse_args()
    suffix = "" if options.method == "auto" else f"_{options.method}"
    output = options.output or Path(__file__).with_name(f"hub_error{suffix}.md")
    hubs = []
    with ProcessPoolExecutor(options.jobs) as pool:
        run = map if options.jobs == 1 else partial(pool.map, chunksize=1)
        for hub in run(partial(compare, method=options.method), range(options.hubs)):
            hubs.append(hub)
            wait = hub["metrics"]["wait"]
            print(f"{hub['number']}: wait {wait['computed']:.3f} h, simulated {wait['simulated']:.3f} h", flush=True)
    if options.cases:
        options.cases.write_text(json.dumps(hubs), encoding="utf-8")
    output.write_text(report(hubs, options.date, options), encoding="utf-8")


if __name__ == "__main__":
    main()
