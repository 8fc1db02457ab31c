"""Scenarios that are simulated, and their answers in place of what the formulas give."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from hubcalc.analysis.programs.outcomes import HubSimulation, SimulatedStation, SimulatedTimes, SimulatedValue
from hubcalc.analysis.programs.seeds import default_seed, what_counts
from hubcalc.analysis.programs.simulated import simulate_hub
from hubcalc.errors import RefusedError
from hubcalc.readings import Reading
from hubmodels import HubBase
from hubmodels.results import StationResult, TimeSplit, Verdict

MOST_SIMULATED = 10
"""Scenarios of one call that may be simulated; more are asked for one by one, or of POST /v1/simulations."""
EVENTS = 3_000_000
"""Budget of each."""
PRECISION = 0.01
_REMEMBERED = 256

SIMULATED_METRICS = {
    "wait_mean_hours": "wait_mean_hours",
    "content_wait_mean_hours": "content_wait_mean_hours",
    "dwell_mean_hours": "dwell_mean_hours",
    "dwell_p50_hours": "dwell_p50_hours",
    "dwell_p90_hours": "dwell_p90_hours",
    "dwell_p95_hours": "dwell_p95_hours",
    "turned_away_share": "turned_away_share",
}
"""Metrics that a simulation answers, with its own name for each. What follows from rates alone stays as it is."""

Simulations = Mapping[int, HubSimulation]
"""By row."""


@dataclass(frozen=True, slots=True)
class _Question:
    """A hub as far as a simulation sees it: two documents that differ in names only are one question."""

    text: str
    hub: HubBase = field(compare=False)


def simulations(rows: Iterable[tuple[int, HubBase]]) -> Simulations:
    """Simulate some scenarios, each within the budget; what cannot be simulated is left out."""
    found = {}
    for row, hub in rows:
        try:
            found[row] = _remembered(_Question(what_counts(hub), hub))
        except RefusedError:
            continue
    return found


@lru_cache(maxsize=_REMEMBERED)
def _remembered(question: _Question) -> HubSimulation:
    hub = question.hub
    return simulate_hub(hub, precision=PRECISION, most_events=EVENTS, seed=default_seed(hub))


def overlaid(reading: Reading, name: str, found: Simulations, rows: int, *, keep_exact: bool) -> Reading:
    """Put simulated values of a metric in place of computed ones; an unsettled simulation changes nothing."""
    wanted = SIMULATED_METRICS.get(name)
    settled = {row: run for row, run in found.items() if run.run.status == "steady" and wanted in run.metrics}
    growing = [row for row, run in found.items() if run.run.status == "growing"]
    if wanted is None or not (settled or growing):
        return reading
    values, error, width = (_column(c, rows) for c in (reading.values, reading.error, reading.half_width))
    unstable = np.broadcast_to(reading.unstable, rows).copy()
    method = np.broadcast_to(reading.method, rows).astype(object)
    caveat = np.broadcast_to(reading.caveat, rows).astype(object)
    for row, run in settled.items():
        simulated = run.metrics[wanted]
        better = keep_exact and error[row] == 0
        if not better and simulated.value is not None and simulated.half_width is not None:
            values[row], width[row] = simulated.value, simulated.half_width
            error[row] = simulated.half_width / simulated.value if simulated.value > 0 else np.nan
            method[row], caveat[row] = method_of(run), ""
    unstable[growing] = True
    return replace(
        reading, values=values, error=error, half_width=width, method=method, caveat=caveat, unstable=unstable
    )


def method_of(found: HubSimulation) -> str:
    """Say what gave the numbers."""
    run = found.run
    length = f"{run.replications} replications of {run.hours:,.0f} h after {run.warm_up_hours:,.0f} h"
    return f"simulation: {length}, seed {run.seed}"


def _column(values: object, rows: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.broadcast_to(np.asarray(values, dtype=np.float64), rows).copy()


def simulated_split(split: TimeSplit, found: HubSimulation) -> TimeSplit:
    """Give where the time of a unit of the main flow goes, simulated."""
    flow = found.flows.get(found.main_flow)
    if flow is None:
        return split
    return split.model_copy(update=_parts(flow.times, "{}_hours"))


def simulated_station(row: StationResult, found: HubSimulation) -> StationResult:
    """Give a row of the station table with simulated times."""
    station = found.stations.get(row.stage)
    if station is None or station.times.queue.value is None or row.kind == "yard":
        return row
    verdict = Verdict(
        status="simulated",
        method=method_of(found),
        expected_error=_relative(station.times.queue),
        half_width=station.times.queue.half_width,
    )
    update = {**_parts(station.times, "{}_mean_hours"), **_seen(station)}
    update["wait_mean_hours"] = update.pop("queue_mean_hours")
    return row.model_copy(update=update | {"verdict": verdict})


def _seen(station: SimulatedStation) -> dict[str, float]:
    named = {"content_wait_mean_hours": station.content_wait, "blocked_share": station.blocked_share}
    return {name: value.value for name, value in named.items() if value.value is not None}


def _parts(times: SimulatedTimes, name: str) -> dict[str, float | None]:
    parts = ("queue", "service", "synchronization", "closure", "quota", "dwell")
    return {name.format(part): getattr(times, part).value for part in parts}


def _relative(value: SimulatedValue) -> float | None:
    return value.half_width / value.value if value.value and value.half_width is not None else None
