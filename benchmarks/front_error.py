"""Measure the error of the joined wait of a transshipment front against simulation.

Usage: python benchmarks/front_error.py [--trains 1500] [--runs 60] [--date YYYY-MM-DD]

Poisson trains take a pair of tracks in order of arrival, are placed, put their boxes into the one line of all cranes,
and leave once the last box is done and the train removed. Each case is a mean over independent runs, with two queues of
known mean simulated on the same arrivals as control variates: M/G/1 on a train's work, M/D/k on the tracks.
"""

import argparse
import datetime as dt
import itertools
import os
import platform
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
from simulation import Front, Servers, controlled_mean, gamma_values

import hubcalc
from hubcalc.queueing import BatchLaw, mdc_wait_mean_hours

TRACKS, CRANES = (1, 2, 3, 4, 5, 6), (2, 3, 4)
SHUNTING_HOURS, UTILIZATIONS = (0.3, 1.0, 2.0, 4.0), (0.3, 0.5, 0.7, 0.85)
BATCH_SCVS, MOVE_SCVS = (0.0, 0.05), (0.0, 0.3)
BOXES, MOVES_PER_HOUR = 50, 16.5
LESSER_UTILIZATIONS = (0.0, 0.2, 0.4, 0.6, 0.7, 0.8, 1.0)
BANDS = ("tracks", "cranes", "shunting_hours", "utilization", "batch_scv", "move_scv")


@dataclass(frozen=True)
class Case:
    """A front and its traffic."""

    tracks: int
    cranes: int
    shunting_hours: float
    utilization: float
    batch_scv: float
    move_scv: float

    @property
    def handling_hours(self) -> float:
        """Time that all cranes together need for a train."""
        return BOXES / MOVES_PER_HOUR / self.cranes

    @property
    def occupancy_hours(self) -> float:
        """Time that a train keeps its tracks if it never waits for cranes."""
        return self.shunting_hours + self.handling_hours

    @property
    def trains_per_hour(self) -> float:
        """Rate at which the busier of cranes and tracks has the utilization."""
        return self.utilization / max(self.handling_hours, self.occupancy_hours / self.tracks)

    @property
    def lesser_utilization(self) -> float:
        """Utilization of the less busy of cranes and tracks."""
        return self.trains_per_hour * min(self.handling_hours, self.occupancy_hours / self.tracks)


@dataclass(frozen=True)
class Result:
    """A case with its mean wait, computed and simulated."""

    case: Case
    computed: float
    simulated: float
    standard_error: float

    @property
    def error(self) -> float:
        """Relative error of the computed wait."""
        return self.computed / self.simulated - 1


def simulate(cases: list[Case], trains: int, runs: int, rng: np.random.Generator) -> list[tuple[float, float]]:
    """Simulate cases of the same tracks and cranes on common random numbers; give mean wait and standard error."""

    def column(name: str) -> np.ndarray:
        return np.repeat([getattr(case, name) for case in cases], runs)

    tracks, cranes = cases[0].tracks, cases[0].cranes
    rows = len(cases) * runs
    shunting, occupancy = column("shunting_hours"), column("occupancy_hours")
    scale, varied, random_moves = 1 / column("trains_per_hour"), column("batch_scv") > 0, column("move_scv") > 0
    probabilities = BatchLaw.fitted(BOXES, max(BATCH_SCVS)).pmf(4 * BOXES).ravel()
    probabilities /= probabilities.sum()
    front = Front(cranes, tracks, shunting / 2, shunting / 2, rows)
    plain_tracks = Servers(tracks, rows)
    clock, work_wait = np.zeros(rows), np.zeros(rows)
    sums = np.zeros((3, rows))
    for train in range(-trains // 4, trains):
        gap = np.tile(rng.standard_exponential(runs), len(cases)) * scale
        clock += gap
        size = np.tile(rng.choice(probabilities.size, runs, p=probabilities) + 1, len(cases))
        boxes = np.where(varied, size, BOXES)
        times = np.tile(gamma_values(rng, max(MOVE_SCVS), (int(boxes.max()), runs)), len(cases))
        hours = np.where(random_moves, times, 1.0) / MOVES_PER_HOUR
        wait, _ = front.handle(clock, boxes, hours)
        work_wait = np.maximum(work_wait - gap, 0)
        plain = np.maximum(clock, plain_tracks.first_free)
        plain_tracks.occupy(plain + occupancy)
        if train >= 0:
            sums += wait, work_wait, plain - clock
        mask = np.arange(hours.shape[0])[:, None] < boxes
        work_wait = work_wait + (hours * mask).sum(axis=0) / cranes
    means = (sums / trains).reshape(3, len(cases), runs)
    found = []
    for i, case in enumerate(cases):
        load = case.trains_per_hour * case.handling_hours
        work_scv = case.batch_scv + case.move_scv / BOXES
        known_work = load * case.handling_hours * (1 + work_scv) / 2 / (1 - load)
        known_plain = float(mdc_wait_mean_hours(case.trains_per_hour, case.occupancy_hours, tracks))
        found.append(controlled_mean(means[0, i], [(means[1, i], known_work), (means[2, i], known_plain)]))
    return found


def computed(cases: list[Case]) -> np.ndarray:
    """Give what hubcalc says of each case."""
    document = {
        "kind": "dry_port",
        "id": "front-alone",
        "name": "A front",
        "country": "KZ",
        "location": {"latitude_deg": 44.0, "longitude_deg": 80.0},
        "opening": {"time_zone": "Asia/Almaty"},
        "flows": {
            "trains": {
                "unit": "train",
                "per_day": 1.0,
                "contents": {"unit": "container", "mean": BOXES, "scv": 0.0},
                "route": ["front"],
            }
        },
        "main_flow": "trains",
        "stages": {
            "front": {
                "kind": "transshipment_front",
                "standard_gauge_tracks": 1,
                "broad_gauge_tracks": max(TRACKS),
                "cranes": 1,
                "moves_per_crane_hour": MOVES_PER_HOUR,
                "place_minutes": 0.0,
                "remove_minutes": 0.0,
            }
        },
    }
    waits = []
    for case in cases:
        overrides = {
            "flow.per_day": case.trains_per_hour * 24,
            "flow.contents.scv": case.batch_scv,
            "stages.front.standard_gauge_tracks": case.tracks,
            "stages.front.cranes": case.cranes,
            "stages.front.place_minutes": case.shunting_hours * 30,
            "stages.front.remove_minutes": case.shunting_hours * 30,
            "stages.front.move_scv": case.move_scv,
        }
        waits.append(hubcalc.analyze(document, overrides, metrics=["wait_mean_hours"]).column("wait_mean_hours")[0])
    return np.array(waits)


def summary(results: list[Result]) -> str:
    errors = np.array([result.error for result in results])
    sizes = np.abs(errors)
    quantiles = " | ".join(f"{100 * q:.1f}" for q in [*np.quantile(sizes, (0.5, 0.9, 0.95)), sizes.max()])
    return f"{len(results)} | {quantiles} | {100 * errors.min():+.1f} | {100 * errors.max():+.1f}"


def report(results: list[Result], skipped: int, date: str, options: argparse.Namespace) -> str:
    lines = [
        "# Error of the joined wait of a transshipment front",
        "",
        f"{date}, {os.cpu_count()} cores, Python {platform.python_version()}, NumPy {np.__version__}. Made by"
        f" `python benchmarks/front_error.py --trains {options.trains} --runs {options.runs}`.",
        "",
        f"Poisson trains of {BOXES} boxes, {MOVES_PER_HOUR} moves an hour and crane; {len(results)} cases of 1-6 pairs"
        " of tracks, 2-4 cranes, 0.3-4 h of shunting, utilization 0.3-0.85 of the busier of cranes and tracks. Each"
        f" case: {options.trains * options.runs:,} trains after a warm-up of a quarter as many; standard error of the"
        f" simulated wait {100 * np.median([r.standard_error / r.simulated for r in results]):.2f} % in the median,"
        f" {100 * max(r.standard_error / r.simulated for r in results):.1f} % at most."
        f" Left out: {skipped} cases whose standard error is above 3 %.",
        "",
        "Relative error of the computed mean wait of a train [%]; signed: least and greatest.",
        "",
        "| region | cases | median | P90 | P95 | max | least | greatest |",
        "|---|---|---|---|---|---|---|---|",
        f"| all | {summary(results)} |",
    ]
    for name in BANDS:
        values = sorted({getattr(result.case, name) for result in results})
        lines += [f"| {name} {v} | {summary([r for r in results if getattr(r.case, name) == v])} |" for v in values]
    for low, high in itertools.pairwise(LESSER_UTILIZATIONS):
        chosen = [result for result in results if low <= result.case.lesser_utilization < high]
        lines += [f"| lesser utilization {low}-{high} | {summary(chosen)} |"] if chosen else []
    lines += ["", "## The ten largest errors", ""]
    columns = ("tracks", "cranes", "shunting [h]", "utilization", "batch scv", "move scv")
    lines += [f"| {' | '.join(columns)} | computed [h] | simulated [h] | error |"]
    lines += ["|---|---|---|---|---|---|---|---|---|"]
    for result in sorted(results, key=lambda r: -abs(r.error))[:10]:
        case = result.case
        lines.append(
            f"| {case.tracks} | {case.cranes} | {case.shunting_hours} | {case.utilization} | {case.batch_scv} |"
            f" {case.move_scv} | {result.computed:.4f} | {result.simulated:.4f} ± {result.standard_error:.4f} |"
            f" {100 * result.error:+.1f} % |"
        )
    return "\n".join([*lines, ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trains", type=int, default=1500, help="trains measured in each run")
    parser.add_argument("--runs", type=int, default=60, help="independent runs of each case")
    parser.add_argument("--date", default=dt.datetime.now(dt.UTC).date().isoformat())
    parser.add_argument("--cases", type=Path, help="write all cases to this CSV file too")
    parser.add_argument("--output", type=Path, default=Path(__file__).with_suffix(".md"))
    options = parser.parse_args()
    rng = np.random.default_rng(20240101)
    results = []
    for tracks, cranes in itertools.product(TRACKS, CRANES):
        rest = itertools.product(SHUNTING_HOURS, UTILIZATIONS, BATCH_SCVS, MOVE_SCVS)
        cases = [Case(tracks, cranes, *values) for values in rest]
        truth = simulate(cases, options.trains, options.runs, rng)
        results += [Result(c, w, *t) for c, w, t in zip(cases, computed(cases), truth, strict=True)]
        print(f"{tracks} pairs of tracks, {cranes} cranes: {summary(results[-len(cases) :])}", flush=True)
    if options.cases:
        rows = [[*astuple(r.case), r.computed, r.simulated, r.standard_error] for r in results]
        header = ",".join([*BANDS, "computed", "simulated", "standard_error"])
        np.savetxt(options.cases, rows, delimiter=",", header=header, comments="")
    sound = [result for result in results if result.standard_error < 0.03 * result.simulated]
    options.output.write_text(report(sound, len(results) - len(sound), options.date, options), encoding="utf-8")


if __name__ == "__main__":
    main()
