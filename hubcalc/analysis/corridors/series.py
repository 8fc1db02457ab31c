"""Time, cost and distance along a way as UNESCAP draws them, and the indicators that CAREC makes of them."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from hubcalc.analysis.analyses import method_name
from hubcalc.analysis.corridors.assembly import Assembly, assemble
from hubcalc.analysis.corridors.case import cases_of, corridor_of
from hubcalc.analysis.corridors.movement import moving_hours
from hubcalc.analysis.corridors.reports import reference_of, time_warnings
from hubcalc.analysis.corridors.times import CONVOLVED, chain_of, verdict_of
from hubcalc.analysis.corridors.ways import Way, demand_of, ways_of
from hubcalc.documents import Documents, Fixtures
from hubcalc.network.cpmm import Indicators, indicators
from hubcalc.network.time_cost_distance import Segment, TimeCostDistance, time_cost_distance
from hubcalc.version import MODEL_VERSION
from hubmodels import BorderCrossing, Corridor
from hubmodels.corridor import Demand
from hubmodels.corridor_results import Indicator, SeriesPoint, TimeCostDistanceReport, TimeCostDistanceResult
from hubmodels.results import Verdict

MOST_PERCENTILES = 60
"""Parts of a way up to which each point has its percentile: each takes a convolution of all before. Longer ways have it
at their end only."""
_BOTH_SIDES = "both sides of a border are one hub here, and two crossing points at CAREC"


def time_cost_distance_series(
    corridor: Corridor | Mapping[str, Any] | str,
    overrides: Mapping[str, Any] | None = None,
    *,
    demand: str | None = None,
    method: str = "auto",
    documents: Documents | None = None,
) -> TimeCostDistanceReport:
    """Follow time and cost over distance along the cheapest way of a demand, in every combination of the overrides.

    Parameters
    ----------
    corridor : Corridor, mapping or str
        A corridor document, or the id of one.
    overrides : mapping, optional
        A value, or a list of values, by path; ``hubs.<id>.`` and ``lines.<id>.`` lead into the corridor's documents.
    demand : str, optional
        Id of the demand; the main demand by default.
    method : {"auto", "fast", "exact", "simulate"}
        What may be taken at the parts.
    documents : Documents, optional
        Where documents are found; by default those that come with hubcalc.

    Returns
    -------
    TimeCostDistanceReport
        Points with vertical steps at hubs, and the four indicators of CAREC's CPMM.

    Raises
    ------
    DocumentError
        If the corridor is not valid, names what is not there, or the demand has no way.
    UnknownPathError, OverrideError, ParameterError
        If an override or a parameter cannot be used.
    """
    library = documents or Fixtures()
    document, chosen = corridor_of(corridor, library), method_name(method)
    cases = cases_of(document, overrides, library, chosen)
    results = [series_result(assemble(case, chosen), demand=demand) for case in cases]
    return TimeCostDistanceReport(corridor=reference_of(document, cases), model_version=MODEL_VERSION, results=results)


def series_result(assembly: Assembly, *, demand: str | None = None) -> TimeCostDistanceResult:
    """Follow one demand in one scenario."""
    key, asked = demand_of(assembly, demand)
    way = ways_of(assembly, key, asked)[0]
    return TimeCostDistanceResult(
        overrides=assembly.case.overrides,
        warnings=time_warnings(way.parts),
        demand=key,
        unit=asked.unit,
        points=_points(assembly, way, asked),
        indicators=_indicators(assembly, way, asked),
    )


def _points(assembly: Assembly, way: Way, demand: Demand) -> list[SeriesPoint]:
    known = 0
    for part in way.parts:
        if part.dwell.value is None:
            break
        known += 1
    series = _series(way, demand)
    first = assembly.case.corridor.nodes[demand.origin].label or demand.origin
    start = SeriesPoint(
        label=first, element=f"nodes.{demand.origin}", mode="", distance_km=0.0, hours=0.0, hours_p90=0.0, cost_usd=0.0
    )
    points = [start]
    for i, part in enumerate(way.parts):
        steady = i < known
        whole = chain_of(assembly.case.corridor, way.parts[: i + 1]) if steady else None
        told = len(way.parts) <= MOST_PERCENTILES or i == len(way.parts) - 1
        points.append(
            SeriesPoint(
                label=part.document.name,
                element=part.element,
                mode=part.mode,
                distance_km=float(series.distance_km[i + 1]),
                hours=whole.mean_hours if whole is not None else None,
                hours_p90=float(whole.quantile(0.9)) if whole is not None and told else None,
                cost_usd=float(series.cost_usd[i + 1]),
            )
        )
    return points


def _series(way: Way, demand: Demand) -> TimeCostDistance:
    return time_cost_distance(
        [
            Segment(
                label=part.element,
                kind="transport" if part.kind == "line" else "border" if _is_border(part.document) else "transfer",
                mode=part.mode,
                distance_km=part.distance_km,
                hours=part.dwell_hours,
                cost_usd=part.price_usd(demand.unit),
            )
            for part in way.parts
        ]
    )


def _is_border(document: object) -> bool:
    return isinstance(document, BorderCrossing)


def _indicators(assembly: Assembly, way: Way, demand: Demand) -> list[Indicator]:
    """Give the indicators; those that rest on what the way does not have are missing, with the reason."""
    whole = verdict_of(way.parts, assembly.method, CONVOLVED)
    timed = whole.status not in ("unstable", "refused")
    found = _measured(way, demand) if timed else None
    exact = Verdict(status="exact", method="sum of prices", expected_error=0.0)
    moved = Verdict(status="exact", method="lengths and speeds of the documents", expected_error=0.0)
    borders = whole.model_copy(update={"reason": f"{whole.reason}; {_BOTH_SIDES}".lstrip("; ")})
    still, none = "nothing moves along the way", "there is no border on the way"
    costs = found if found is not None else _measured(way, demand, timed=False)
    weight = "the demand has no tonnes_per_unit" if demand.tonnes_per_unit is None else still
    cost_of_section = costs.section_cost_usd if costs and demand.tonnes_per_unit else None
    return [
        _indicator(
            "TFI1",
            "Mean time to clear a border-crossing point of the way",
            (found.time_to_clear_hours if found else None, "h"),
            borders,
            none,
        ),
        _indicator(
            "TFI2",
            "Mean cost at a border-crossing point of the way, for one unit of the demand",
            (costs.cost_to_clear_usd if costs else None, "USD"),
            exact,
            none,
        ),
        _indicator("TFI3", "Cost of 500 km with 20 t", (cost_of_section, "USD"), exact, weight),
        _indicator(
            "SWOD",
            "TFI4, speed without delay: distance over the time in motion",
            (costs.speed_without_delay_km_per_hour if costs else None, "km/h"),
            moved,
            still,
        ),
        _indicator(
            "SWD",
            "TFI4, speed with delay: distance over the whole time",
            (_slower(assembly, way, found) if found else None, "km/h"),
            whole,
            still,
        ),
    ]


def _indicator(name: str, meaning: str, found: tuple[float | None, str], verdict: Verdict, lacking: str) -> Indicator:
    """Give one indicator; where it has no value though there are times, say what is lacking."""
    value, unit = found
    if value is None and verdict.status not in ("unstable", "refused"):
        verdict = Verdict(status="refused", method=verdict.method, reason=lacking)
    return Indicator(indicator=name, meaning=meaning, value=value, unit=unit, verdict=verdict)


def _slower(assembly: Assembly, way: Way, found: Indicators) -> float:
    """Give the speed with delay; shocks keep cargo standing, too."""
    shocks = chain_of(assembly.case.corridor, way.parts).mean_hours - sum(part.dwell_hours for part in way.parts)
    return way.distance_km / (way.distance_km / found.speed_with_delay_km_per_hour + shocks)


def _measured(way: Way, demand: Demand, *, timed: bool = True) -> Indicators | None:
    """Measure a way; without times only what its motion and its prices give. None if nothing moves."""
    moving = np.array([moving_hours(part) for part in way.parts])
    hours = np.array([part.dwell_hours for part in way.parts]) if timed else moving
    moving = np.minimum(moving, hours)
    if not moving.any() or way.distance_km == 0:
        return None
    return indicators(
        [part.distance_km for part in way.parts],
        moving,
        hours - moving,
        [part.price_usd(demand.unit) for part in way.parts],
        [_is_border(part.document) for part in way.parts],
        demand.tonnes_per_unit or 1.0,
    )
