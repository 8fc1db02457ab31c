"""The metrics of a hub by name: each with its unit, its column of values and how far they may be trusted."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from hubcalc.analysis import hub_errors
from hubcalc.analysis.hub import HubAnalysis, Split, rounded, stage_exact
from hubcalc.analysis.methods import Column, Flags
from hubcalc.analysis.streams import all_of, column, smallest
from hubcalc.readings import Reading
from hubcalc.units import DAYS_PER_YEAR, per_hour_to_per_day

MetricName = Literal[
    "theoretical_capacity_per_day",
    "practical_capacity_per_day",
    "sustainable_capacity_per_day",
    "capacity_teu_per_year",
    "throughput_per_day",
    "utilization",
    "wait_mean_hours",
    "content_wait_mean_hours",
    "dwell_mean_hours",
    "dwell_p90_hours",
    "bottleneck",
    "next_bottleneck",
]
METRIC_NAMES: tuple[MetricName, ...] = get_args(MetricName)


TWO_MOMENTS = (
    "between stages flows are known by two moments; the error to expect is "
    f"{hub_errors.MEAN_OVER_DWELL:.0%} of the mean dwell where no other is stated"
)
WAITS: frozenset[MetricName] = frozenset(
    {
        *("sustainable_capacity_per_day", "wait_mean_hours", "content_wait_mean_hours"),
        *("dwell_mean_hours", "dwell_p90_hours"),
    }
)
"""Metrics that rest on waits."""
FAST = "only closed forms and approximations (method=fast)"
NOT_EXACT = "it rests on an approximation, and method=exact takes none"
UPPER_BOUND = "an upper bound: the cranes and the tracks of a front are taken apart"


def read(analysis: HubAnalysis, name: MetricName) -> Reading:
    """Compute one metric."""
    found = _METRICS[name].read(analysis)
    if analysis.method == "fast" and name in WAITS:
        return replace(found, method=f"{found.method}; {FAST}")
    if analysis.method != "exact":
        return found
    inexact = ~np.asarray(found.unstable) & (np.asarray(found.error) != 0)
    reason = np.where(np.asarray(found.refused), found.reason, NOT_EXACT)
    return replace(found, refused=np.asarray(found.refused) | inexact, reason=reason)


def describe(name: MetricName) -> dict[str, str]:
    """Say what a metric is, and in which unit."""
    return {"unit": _METRICS[name].unit_text, "description": _METRICS[name].description}


def _theoretical(analysis: HubAnalysis) -> Reading:
    method = "utilization 1 of the stage that is loaded most"
    return _capacity(analysis, analysis.theoretical_factor, method)


def _practical(analysis: HubAnalysis) -> Reading:
    method = "practical utilization of the stage that reaches it first"
    return _capacity(analysis, analysis.practical_factor, method)


def _bounded(analysis: HubAnalysis) -> Flags:
    """Say where the hub has a loaded stage whose capacity is only an upper bound, and so may be the least after all."""
    bounds = [capacity.theoretical_factor for capacity in analysis.capacities.values() if capacity.upper_bound]
    return np.isfinite(smallest(bounds)) if bounds else np.zeros(np.shape(analysis.theoretical_factor), bool)


def _capacity(analysis: HubAnalysis, factor: Column, method: str) -> Reading:
    values = rounded(factor * analysis.counted_per_day)
    idle = np.isnan(values)
    unbounded = np.isinf(values)
    reason = "the flow is zero, so there is nothing to scale" if idle.any() else ""
    reason = "no stage is loaded by this flow" if unbounded.any() else reason
    unit = f"{_plural(analysis.hub.flows[analysis.counted_flow].unit)}/day"
    error = np.where(_bounded(analysis), np.nan, 0.0)
    return Reading(values, unit, method, error, refused=idle | unbounded, reason=reason, caveat=UPPER_BOUND)


def _sustainable(analysis: HubAnalysis) -> Reading:
    reading = _capacity(analysis, analysis.sustainable_factor, "largest flow that meets the targets")
    by_law = exact_route(analysis) & (analysis.hub.targets.dwell_p90_hours is None)  # the law of the dwell is fitted
    error = np.where(by_law, 0.0, np.nan)
    return replace(reading, error=error, caveat="it follows from an approximate wait")


def _teu(analysis: HubAnalysis) -> Reading:
    practical = _practical(analysis)
    contents = analysis.hub.flows[analysis.counted_flow].contents
    method = "practical capacity in TEU over the working days of a year"
    if contents is None or contents.teu_per_unit is None:
        nothing = np.full(np.shape(practical.values), np.nan)
        reason = f"flows.{analysis.counted_flow}.contents.teu_per_unit is not given"
        return Reading(nothing, "TEU/year", method, refused=True, reason=reason)
    boxes = column(contents.mean) * column(contents.teu_per_unit)
    days = DAYS_PER_YEAR - len(analysis.hub.opening.holidays)
    values = np.asarray(practical.values, dtype=np.float64) * boxes * days
    return replace(practical, values=values, unit="TEU/year", method=method)


def _throughput(analysis: HubAnalysis) -> Reading:
    leaving = analysis.state.leaving_per_hour[analysis.hub.main_flow]
    unit = f"{_plural(analysis.hub.main.unit)}/day"
    return Reading(
        per_hour_to_per_day(leaving * analysis.state.open_share),
        unit,
        "what arrives, or the capacity where that is less",
        np.where(analysis.unstable & _bounded(analysis), np.nan, 0.0),
        caveat=UPPER_BOUND,
    )


def _utilization(analysis: HubAnalysis) -> Reading:
    return Reading(analysis.utilization, "1", "offered load per server while open, of the stage that is loaded most")


def _wait(analysis: HubAnalysis) -> Reading:
    return _mean_wait(analysis, analysis.unit_split, "sum of the mean waits along the main route")


def _content_wait(analysis: HubAnalysis) -> Reading:
    split = analysis.content_split
    method = "sum of the mean waits of one content unit along the main route"
    if split is None:
        nothing = np.full(np.shape(analysis.unstable), np.nan)
        return Reading(nothing, "h", method, refused=True, reason="the main flow has no contents")
    return _mean_wait(analysis, split, method)


def _mean_wait(analysis: HubAnalysis, split: Split, method: str) -> Reading:
    error = relative_error(analysis, split, split.queue)
    return Reading(split.queue, "h", method, error, analysis.unstable, caveat=TWO_MOMENTS)


def _dwell(analysis: HubAnalysis) -> Reading:
    split = analysis.unit_split
    error = relative_error(analysis, split, split.dwell)
    method = "sum of wait, service and closure along the main route"
    return Reading(split.dwell, "h", method, error, analysis.unstable, caveat=TWO_MOMENTS)


def _dwell_p90(analysis: HubAnalysis) -> Reading:
    error = hub_errors.dwell_p90_error(analysis.utilization, analysis.state.open_share)
    method = "gamma law of the dwell's mean and variance"
    return Reading(analysis.dwell_p90, "h", method, error, analysis.unstable, caveat="the law is fitted")


def _bottleneck(analysis: HubAnalysis, place: Literal[0, 1]) -> Reading:
    indices = analysis.bottlenecks[place]
    names = np.array([*analysis.stage_ids, ""])
    reason = "no further stage is loaded by this flow"
    error = np.where(_bounded(analysis), np.nan, 0.0)
    method = "least practical capacity"
    return Reading(names[indices], "stage", method, error, refused=indices < 0, reason=reason, caveat=UPPER_BOUND)


def relative_error(analysis: HubAnalysis, split: Split, value: Column) -> Column:
    """Give the error to expect of a sum of times: 0 where exact, NaN where none was measured.

    Where all arrivals are known exactly the errors of the stages' formulas add up in hours. Elsewhere the error of
    whole hubs counts, which holds what two-moment propagation adds.
    """
    dwell = analysis.unit_split.dwell
    measured = hub_errors.mean_error_hours(dwell, analysis.utilization, analysis.state.open_share)
    own = _on_route(analysis, lambda stage: analysis.state.exact_arrivals[stage]) & np.isfinite(split.queue_error)
    hours = np.where(own, split.queue_error, measured)
    sound = np.isfinite(value) & (value > 0)
    share = np.where(sound, hours / np.where(sound, value, 1.0), np.nan)
    # an error as large as the value itself says no more than that the value is small
    return np.where(exact_route(analysis), 0.0, np.where(share < 1, share, np.nan))


def exact_route(analysis: HubAnalysis) -> Flags:
    """Say where each stage that delays the main flow is exact and sees arrivals that are known exactly."""
    always_open = analysis.state.open_share == 1
    exact = _on_route(analysis, lambda stage: stage_exact(analysis, stage, analysis.state.stages[stage]))
    everywhere: Flags = always_open & exact
    return everywhere


def withheld(analysis: HubAnalysis) -> Flags:
    """Say where times along the main route may not be told, since they are not exact and nothing else is asked for."""
    return ~exact_route(analysis) & (analysis.method == "exact")


def _on_route(analysis: HubAnalysis, holds: Callable[[str], Flags]) -> Flags:
    """Say where something holds for each stage of the main route that delays anybody."""
    stages = analysis.state.stages
    return all_of(holds(stage) | (stages[stage].performance.visit_share == 0) for stage in analysis.hub.main.route)


def _plural(unit: str) -> str:
    return f"{unit}s"


@dataclass(frozen=True, slots=True)
class _Metric:
    read: Callable[[HubAnalysis], Reading]
    unit_text: str
    description: str


_METRICS: dict[MetricName, _Metric] = {
    "theoretical_capacity_per_day": _Metric(
        _theoretical, "units/day", "Largest flow at which no stage is loaded beyond utilization 1"
    ),
    "practical_capacity_per_day": _Metric(
        _practical, "units/day", "Largest flow at which each stage stays within its practical utilization"
    ),
    "sustainable_capacity_per_day": _Metric(
        _sustainable, "units/day", "Largest flow that meets targets.wait_hours, and targets.dwell_p90_hours where given"
    ),
    "capacity_teu_per_year": _Metric(_teu, "TEU/year", "Practical capacity in TEU a year"),
    "throughput_per_day": _Metric(_throughput, "units/day", "Main flow that leaves the hub"),
    "utilization": _Metric(_utilization, "1", "Utilization of the stage that is loaded most"),
    "wait_mean_hours": _Metric(_wait, "h", "Mean wait of a unit of the main flow, over its route"),
    "content_wait_mean_hours": _Metric(_content_wait, "h", "Mean wait of one of its contents, over its route"),
    "dwell_mean_hours": _Metric(_dwell, "h", "Mean time of a unit of the main flow from arrival to departure"),
    "dwell_p90_hours": _Metric(_dwell_p90, "h", "Dwell that nine units of ten do not exceed"),
    "bottleneck": _Metric(lambda a: _bottleneck(a, 0), "stage", "Stage that limits the practical capacity"),
    "next_bottleneck": _Metric(lambda a: _bottleneck(a, 1), "stage", "Of the other stages, the one that limits first"),
}
