"""The metrics of a hub by name: each with its unit, its column of values and how far they may be trusted."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from hubcalc.analysis import hub_errors
from hubcalc.analysis.hub import HubAnalysis, known_arrivals, rounded, stage_exact
from hubcalc.analysis.methods import Column, Flags
from hubcalc.analysis.metric_values import capacity_per_day, capacity_teu_per_year, throughput_per_day
from hubcalc.analysis.simulated_rows import SIMULATED_METRICS, overlaid
from hubcalc.analysis.splits import Split
from hubcalc.analysis.streams import all_of, smallest
from hubcalc.readings import Reading
from hubcalc.words import plural
from hubmodels import FerryOrVessel, RoadSection

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
    "dwell_p50_hours",
    "dwell_p95_hours",
    "headroom",
    "capacity_after_fix_per_day",
    "blocking_share",
    "turned_away_share",
    "peak_utilization",
]
METRIC_NAMES: tuple[MetricName, ...] = get_args(MetricName)


TWO_MOMENTS = "between stages flows are known by two moments"
EMPIRICAL = "traffic slows by a law of experience, whose error here is not known"
NO_MEAN = "there is no mean: units wait for others that never come"
WAITS: frozenset[MetricName] = frozenset(
    {
        *("sustainable_capacity_per_day", "wait_mean_hours", "content_wait_mean_hours"),
        *("dwell_mean_hours", "dwell_p90_hours", "dwell_p50_hours", "dwell_p95_hours"),
    }
)
"""Metrics that rest on waits."""
TIMES = WAITS - {"sustainable_capacity_per_day"}
_QUEUES = frozenset({"wait_mean_hours", "content_wait_mean_hours"})
FAST = "only closed forms and approximations (method=fast)"
NOT_EXACT = "it rests on an approximation, and method=exact takes none"
NO_FURTHER = "no further stage is loaded by this flow"
EXACT_LAW = "laws of wait and service along the main route, convolved"
CONVOLVED = "laws of the stages, some fitted to moments, convolved along the main route"
FITTED = "law fitted to three moments of the dwell"
UPPER_BOUND = "an upper bound: the cranes and the tracks of a front are taken apart"


def read(analysis: HubAnalysis, name: MetricName) -> Reading:
    """Compute one metric."""
    found = _METRICS[name].read(analysis)
    if name in TIMES:
        endless = ~np.isfinite(np.asarray(found.values, dtype=np.float64)) & ~np.asarray(found.unstable)
        reason = np.where(np.asarray(found.refused), found.reason, NO_MEAN)
        found = replace(found, refused=np.asarray(found.refused) | endless, reason=reason)
    if analysis.method == "fast" and name in WAITS:
        return replace(found, method=_added(found.method, FAST))
    if analysis.method != "exact":
        if name not in SIMULATED_METRICS or (name in _QUEUES and _told_apart(analysis)):
            return found
        return overlaid(found, name, analysis.simulated, analysis.rows, keep_exact=analysis.method == "auto")
    inexact = ~np.asarray(found.unstable) & (np.asarray(found.error) != 0)
    reason = np.where(np.asarray(found.refused), found.reason, NOT_EXACT)
    return replace(found, refused=np.asarray(found.refused) | inexact, reason=reason)


def _added(method: str | NDArray[np.str_], words: str) -> str | NDArray[np.str_]:
    """Add words to the name of a method, or to each of a column of names."""
    if isinstance(method, str):
        return f"{method}; {words}"
    return np.array([f"{name}; {words}" for name in np.ravel(method)]).reshape(np.shape(method))


def _told_apart(analysis: HubAnalysis) -> bool:
    """Tell whether formulas and simulation draw the line between waiting and other times in different places.

    A line that closing hours or a peak of arrivals leave behind is closure here and queueing there, and a simulation
    does not tell waiting for a vessel from waiting for its load. The mean wait is then left to the formulas.
    """
    stages = [analysis.hub.stages[stage] for stage in analysis.hub.main.stages]
    peaks = any(flow.hourly_weights is not None for flow in analysis.hub.flows.values())
    closes = any(np.any(analysis.state.stages[stage].open_share < 1) for stage in analysis.hub.main.stages)
    return peaks or closes or any(isinstance(stage, FerryOrVessel) for stage in stages)


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
    values = capacity_per_day(analysis, factor)
    idle = np.isnan(values)
    unbounded = np.isinf(values)
    reason = "the flow is zero, so there is nothing to scale" if idle.any() else ""
    reason = "no stage is loaded by this flow" if unbounded.any() else reason
    unit = f"{plural(analysis.hub.flows[analysis.counted_flow].unit)}/day"
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
        reason = f"flows.{analysis.counted_flow}.contents.teu_per_unit is not given"
        return Reading(capacity_teu_per_year(analysis), "TEU/year", method, refused=True, reason=reason)
    return replace(practical, values=capacity_teu_per_year(analysis), unit="TEU/year", method=method)


def _throughput(analysis: HubAnalysis) -> Reading:
    unit = f"{plural(analysis.hub.main.unit)}/day"
    unknown = (analysis.unstable & _bounded(analysis)) | (analysis.turned_away_share > 0)
    return Reading(
        throughput_per_day(analysis),
        unit,
        "what arrives, or the capacity where that is less",
        np.where(unknown, np.nan, 0.0),
        caveat="what is turned away or carried is only approximate",
    )


def _utilization(analysis: HubAnalysis) -> Reading:
    return Reading(analysis.utilization, "1", "offered load per server while open, of the stage that is loaded most")


def _headroom(analysis: HubAnalysis) -> Reading:
    reading = _capacity(analysis, analysis.practical_factor, "practical capacity over the present flow, less 1")
    return replace(reading, values=rounded(analysis.practical_factor - 1), unit="1")


def _after_fix(analysis: HubAnalysis) -> Reading:
    method = "practical capacity once the bottleneck limits no more: that of the next one"
    reading = _capacity(analysis, analysis.factor_after_fix, method)
    return replace(reading, reason=np.where(np.isinf(analysis.factor_after_fix), NO_FURTHER, reading.reason))


def _blocking(analysis: HubAnalysis) -> Reading:
    method = "share that finds a waiting room full, of the stage where it is largest"
    error = np.where(analysis.state.blocking > 0, np.nan, 0.0)
    return Reading(analysis.state.blocking, "1", method, error, caveat="rooms are taken one by one")


def _peak_utilization(analysis: HubAnalysis) -> Reading:
    method = "offered load per server in the busiest time of the week, of the stage that is loaded most then"
    return Reading(analysis.peak_utilization, "1", method)


def _turned_away(analysis: HubAnalysis) -> Reading:
    method = "what finds no room, over all that arrives"
    error = np.where(analysis.turned_away_share > 0, np.nan, 0.0)
    return Reading(
        analysis.turned_away_share, "1", method, error, caveat="rooms of several stages taken as independent"
    )


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
    error = relative_error(analysis, split.queue_error, split.queue)
    return Reading(split.queue, "h", method, error, unstable=analysis.unstable, caveat=_caveat(analysis))


def _dwell(analysis: HubAnalysis) -> Reading:
    split = analysis.unit_split
    error = relative_error(analysis, split.error, split.dwell)
    method = "sum of wait, service, synchronization, closure and quota along the main route"
    return Reading(split.dwell, "h", method, error, unstable=analysis.unstable, caveat=_caveat(analysis))


def _caveat(analysis: HubAnalysis) -> str:
    roads = any(isinstance(analysis.hub.stages[stage], RoadSection) for stage in analysis.hub.main.stages)
    return EMPIRICAL if roads else TWO_MOMENTS


def _dwell_quantile(analysis: HubAnalysis, probability: float) -> Reading:
    measured = hub_errors.dwell_quantile_error(probability, analysis.method, analysis.measured)
    exact = exact_route(analysis) & analysis.exact_dwell_law
    method = np.where(exact, EXACT_LAW, FITTED if analysis.method == "fast" else CONVOLVED)
    values = analysis.dwell_quantile(probability)
    error = np.where(exact, 0.0, measured)
    return Reading(
        values, "h", method, error, unstable=analysis.unstable, caveat="laws of waits and services are fitted"
    )


def _bottleneck(analysis: HubAnalysis, place: Literal[0, 1]) -> Reading:
    indices = analysis.bottlenecks[place]
    names = np.array([*analysis.stage_ids, ""])
    error = np.where(_bounded(analysis), np.nan, 0.0)
    method = "least practical capacity"
    return Reading(names[indices], "stage", method, error, refused=indices < 0, reason=NO_FURTHER, caveat=UPPER_BOUND)


def relative_error(analysis: HubAnalysis, own_hours: Column, value: Column) -> Column:
    """Give the error to expect of a sum of times: 0 where exact, NaN where none was measured.

    Where all arrivals are known exactly the errors of the stages' formulas add up in hours. Elsewhere the error of
    whole hubs counts, which holds what two-moment propagation adds.
    """
    dwell = analysis.unit_split.dwell
    measured = hub_errors.mean_error_hours(dwell, analysis.measured)
    own = _on_route(analysis, lambda stage: known_arrivals(analysis, stage)) & np.isfinite(own_hours)
    hours = np.where(own, own_hours, measured)
    sound = np.isfinite(value) & (value > 0)
    share = np.where(sound, hours / np.where(sound, value, 1.0), np.nan)
    # an error as large as the value itself says no more than that the value is small
    return np.where(exact_route(analysis), 0.0, np.where(share < 1, share, np.nan))


def exact_route(analysis: HubAnalysis) -> Flags:
    """Say where each stage that delays the main flow is exact and sees arrivals that are known exactly."""
    return _on_route(analysis, lambda stage: stage_exact(analysis, stage, analysis.state.stages[stage]))


def withheld(analysis: HubAnalysis) -> Flags:
    """Say where times along the main route may not be told, since they are not exact and nothing else is asked for."""
    return ~exact_route(analysis) & (analysis.method == "exact")


def _on_route(analysis: HubAnalysis, holds: Callable[[str], Flags]) -> Flags:
    """Say where something holds for each stage of the main route that delays anybody."""
    stages = analysis.state.stages
    return all_of(holds(stage) | (stages[stage].performance.visit_share == 0) for stage in analysis.hub.main.stages)


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
    "dwell_p90_hours": _Metric(lambda a: _dwell_quantile(a, 0.9), "h", "Dwell that nine units of ten do not exceed"),
    "bottleneck": _Metric(lambda a: _bottleneck(a, 0), "stage", "Stage that limits the practical capacity"),
    "next_bottleneck": _Metric(lambda a: _bottleneck(a, 1), "stage", "Of the other stages, the one that limits first"),
    "dwell_p50_hours": _Metric(lambda a: _dwell_quantile(a, 0.5), "h", "Dwell that half of the units do not exceed"),
    "dwell_p95_hours": _Metric(lambda a: _dwell_quantile(a, 0.95), "h", "Dwell that 19 units of 20 do not exceed"),
    "headroom": _Metric(
        _headroom, "1", "By how much the flow may grow up to the practical capacity; negative beyond it"
    ),
    "capacity_after_fix_per_day": _Metric(
        _after_fix, "units/day", "Practical capacity once the bottleneck no longer limits: that of the next one"
    ),
    "blocking_share": _Metric(
        _blocking, "1", "Largest share of units that find a full waiting room and block where they come from"
    ),
    "peak_utilization": _Metric(_peak_utilization, "1", "Utilization in the busiest time of the week"),
    "turned_away_share": _Metric(_turned_away, "1", "Share of the main flow that finds no room and is turned away"),
}
