"""The capacity curve of a hub: flow against wait and dwell."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from hubcalc.analysis.analyses import document_of, listed, method_name
from hubcalc.analysis.hub import HubAnalysis, rounded
from hubcalc.analysis.largest_factor import largest_factor
from hubcalc.analysis.methods import AnalysisMethod, Column
from hubcalc.analysis.metrics import MetricName, read
from hubcalc.errors import ParameterError, Problem, RefusedError
from hubcalc.readings import at, metric_of, number
from hubcalc.scenarios import combinations, gather
from hubcalc.version import MODEL_VERSION
from hubmodels import HubBase
from hubmodels.results import CapacityCurve, CurvePoint, HubReference, Metric, WaitLevel

LARGEST_LOAD = 0.98
"""Share of the theoretical capacity up to which the curve goes."""
WAIT_LEVELS = (0.1, 0.2, 0.3, 0.5)
"""Waits over service at which terminals are said to work well, fairly, and no more: the flows at them are given."""
MOST_POINTS = 200
_READ: tuple[MetricName, ...] = (
    *("wait_mean_hours", "dwell_mean_hours"),
    *("dwell_p50_hours", "dwell_p90_hours", "dwell_p95_hours"),
)


def capacity_curve(
    hub: HubBase | Mapping[str, Any] | str,
    points: int = 20,
    overrides: Mapping[str, Any] | None = None,
    *,
    scale: str | None = None,
    method: str | None = None,
) -> CapacityCurve:
    """Give wait and dwell from little flow to almost the theoretical capacity.

    Parameters
    ----------
    hub : HubBase, mapping or str
        A hub document, or the id of one of the fixtures.
    points : int, optional
        Number of flows, evenly spaced up to 0.98 of the theoretical capacity; from 2 to 200. [1]
    overrides : mapping, optional
        One value by path.
    scale : str, optional
        Id of the one flow that grows; by default all flows grow together, in their present mix.
    method : {"auto", "fast", "exact"}, optional
        Which formulas may be taken; by default auto.

    Returns
    -------
    CapacityCurve
        Points, and the flows at which the wait comes to 0.1, 0.2, 0.3 and 0.5 of the service.

    Raises
    ------
    DocumentError, UnknownPathError, OverrideError
        If the document or an override cannot be used.
    ParameterError
        If the number of points, the flow to scale or the method is not one that is allowed.
    RefusedError
        If the flow is zero, or loads no stage.

    Examples
    --------
    >>> curve = capacity_curve("khorgos-gateway", 3, method="fast")
    >>> [round(point.utilization, 3) for point in curve.points]
    [0.327, 0.653, 0.98]
    """
    if not 2 <= points <= MOST_POINTS:
        allowed = f"a whole number from 2 to {MOST_POINTS}"
        raise ParameterError.of(Problem("out of its range", parameter="points", given=points, allowed=allowed))
    document = document_of(hub)
    if scale is not None and scale not in document.flows:
        allowed = ", ".join(document.flows)
        raise ParameterError.of(Problem("not a flow", parameter="scale", given=scale, allowed=allowed))
    chosen: AnalysisMethod = "auto" if method is None else method_name(method)
    if chosen == "simulate":
        hint = "simulate single flows: flow.per_day=... with method=simulate"
        raise ParameterError.of(
            Problem(
                "curves are not simulated", parameter="method", given=method, allowed="auto, fast, exact", hint=hint
            )
        )
    changed, given = single_scenario(document, overrides)
    base = HubAnalysis(changed, 1, scale, method=chosen)
    upper, present = float(at(base.theoretical_factor, 0)), float(at(base.counted_per_day, 0))
    if not (np.isfinite(upper) and upper > 0 and present > 0):
        flow = f"flows.{base.counted_flow}.per_day"
        raise RefusedError.of(Problem("the flow is zero, or no stage is loaded by it", parameter=flow))
    factors = np.linspace(LARGEST_LOAD / points, LARGEST_LOAD, points) * upper
    return CapacityCurve(
        hub=HubReference(id=document.id, name=document.name, kind=getattr(document, "kind", "")),
        model_version=MODEL_VERSION,
        unit=changed.flows[base.counted_flow].unit,
        scale=scale,
        overrides=given,
        present_per_day=present,
        theoretical_capacity_per_day=float(rounded(np.asarray(upper * present))),
        practical_capacity_per_day=float(rounded(np.asarray(float(at(base.practical_factor, 0)) * present))),
        points=_points(base, factors, present),
        levels=_levels(base, upper, present),
    )


def single_scenario(hub: HubBase, overrides: Mapping[str, Any] | None) -> tuple[HubBase, dict[str, Any]]:
    """Apply overrides of one value each; give the changed document and the overrides by full path."""
    values = {path: listed(path, given) for path, given in (overrides or {}).items()}
    many = next((path for path, given in values.items() if len(given) > 1), None)
    if many is not None:
        raise ParameterError.of(Problem("several values", parameter=many, allowed="one value: this is one scenario"))
    columns, size = combinations(values, 1)
    scenarios = gather(hub, columns, size)
    return scenarios.groups[0].hub, scenarios.overrides(0)


def _grown(base: HubAnalysis, factors: Column) -> HubAnalysis:
    scaled = [base.scale] if base.scale else list(base.hub.flows)
    return HubAnalysis(base.hub, factors.size, base.scale, dict.fromkeys(scaled, factors), base.method)


def _points(base: HubAnalysis, factors: Column, present: float) -> list[CurvePoint]:
    grown = _grown(base, factors)
    readings = {name: read(grown, name) for name in _READ}
    ratio = _wait_over_service(grown)
    points = []
    for i, factor in enumerate(factors):
        found: dict[str, Metric] = {name: metric_of(reading, i) for name, reading in readings.items()}
        values = {name: metric.value for name, metric in found.items()}
        points.append(
            CurvePoint(
                flow_per_day=float(factor) * present,
                utilization=float(at(grown.utilization, i)),
                wait_over_service=number(at(ratio, i)) if values["wait_mean_hours"] is not None else None,
                verdict=found["dwell_mean_hours"].verdict,
                **values,
            )
        )
    return points


def _wait_over_service(analysis: HubAnalysis) -> Column:
    split = analysis.unit_split
    some = split.service > 0
    return np.where(some, split.queue / np.where(some, split.service, 1.0), np.inf)


def _levels(base: HubAnalysis, upper: float, present: float) -> list[WaitLevel]:
    levels = np.array(WAIT_LEVELS)
    factors = largest_factor(
        lambda factor: _wait_over_service(_grown(base, factor)) / levels, np.full(levels.size, upper)
    )
    return [
        WaitLevel(wait_over_service=level, flow_per_day=float(factor) * present)
        for level, factor in zip(WAIT_LEVELS, factors, strict=True)
    ]
