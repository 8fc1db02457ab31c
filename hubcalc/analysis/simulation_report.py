"""From a simulated hub to the parts of its result document."""

from collections.abc import Mapping
from typing import Any

from hubcalc.analysis.programs.outcomes import HubSimulation, SimulatedTimes, SimulatedValue
from hubmodels import simulation_results as results
from hubmodels.results import Verdict

_WITHOUT_STEADY_STATE = {
    **dict.fromkeys(("wait_mean_hours", "content_wait_mean_hours", "dwell_mean_hours"), "h"),
    **dict.fromkeys(("dwell_p50_hours", "dwell_p90_hours", "dwell_p95_hours"), "h"),
    "utilization": "1",
}
"""Metrics that are named, with their unit, where there are none."""


def in_result_models(found: HubSimulation) -> dict[str, Any]:
    """Give run, metrics, flows, stations and yards as result models."""
    return {
        "run": _run(found),
        "metrics": _metrics(found),
        "flows": [
            results.SimulatedFlow(
                flow=flow.flow,
                arrivals_per_day=interval(flow.arrivals_per_day),
                throughput_per_day=interval(flow.throughput_per_day),
                turned_away_share=interval(flow.turned_away_share),
                time_split=_time_split(flow.times),
                dwell_quantiles={f"p{100 * share:g}": interval(hours) for share, hours in flow.dwell_quantiles.items()},
            )
            for flow in found.flows.values()
        ],
        "stations": [
            results.SimulatedStation(
                stage=station.stage,
                kind=station.kind,
                flow=station.flow,
                limit=station.limit,
                visits_per_day=interval(station.visits_per_day),
                utilization=interval(station.utilization),
                blocked_share=interval(station.blocked_share),
                number_mean=interval(station.number),
                content_wait_mean_hours=interval(station.content_wait),
                time_split=_time_split(station.times),
                loads=_intervals(station.loads),
            )
            for station in found.stations.values()
        ],
        "yards": [
            results.SimulatedYard(
                stage=stage,
                mean_teu=interval(yard.mean_teu),
                p50_teu=interval(yard.p50_teu),
                p95_teu=interval(yard.p95_teu),
            )
            for stage, yard in found.yards.items()
        ],
    }


def interval(value: SimulatedValue) -> results.Interval:
    """Give a number with the ends of its interval, none below zero: nothing that is counted here can be."""
    if value.value is None or value.half_width is None:
        return results.Interval(value=value.value)
    low = max(value.value - value.half_width, 0.0)
    return results.Interval(value=value.value, low=low, high=value.value + value.half_width)


def _intervals(values: Mapping[str, SimulatedValue]) -> dict[str, results.Interval]:
    return {name: interval(value) for name, value in values.items()}


def _run(found: HubSimulation) -> results.SimulationRun:
    run = found.run
    names = ("status", "reason", "precision_reached", "precision_met", "growth_per_day", "warm_up_hours", "hours")
    facts = {name: getattr(run, name) for name in (*names, "replications", "events", "level")}
    return results.SimulationRun(**facts)


def _metrics(found: HubSimulation) -> dict[str, results.SimulatedMetric]:
    """Give the metrics; without a steady state those that would have been there, without values."""
    if not found.metrics:
        missing = {name: SimulatedValue(None, unit) for name, unit in _WITHOUT_STEADY_STATE.items()}
        return {name: _metric(value, found) for name, value in missing.items()}
    return {name: _metric(value, found) for name, value in found.metrics.items()}


def _metric(value: SimulatedValue, found: HubSimulation) -> results.SimulatedMetric:
    run = found.run
    method = f"simulation, {run.replications} replications of {run.hours:,.0f} h"
    if value.value is None:
        growing = run.status == "growing"
        reason = run.reason or "the hub has nothing of this kind, or none was seen"
        verdict = Verdict(status="unstable" if growing else "refused", method=method, reason=reason)
        return results.SimulatedMetric(value=None, unit=value.unit, verdict=verdict)
    ends = interval(value)
    error = value.half_width / value.value if value.half_width is not None and value.value > 0 else None
    verdict = Verdict(status="simulated", method=method, expected_error=error, half_width=value.half_width)
    return results.SimulatedMetric(value=value.value, unit=value.unit, verdict=verdict, low=ends.low, high=ends.high)


def _time_split(times: SimulatedTimes) -> results.SimulatedTimeSplit:
    parts = ("queue", "service", "synchronization", "closure", "quota", "dwell")
    return results.SimulatedTimeSplit(**{f"{part}_hours": interval(getattr(times, part)) for part in parts})
