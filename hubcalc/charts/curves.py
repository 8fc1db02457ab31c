"""The capacity curve: wait and dwell over the flow, with the capacities and the present flow marked."""

from collections.abc import Sequence

from hubcalc.charts.base import BLUE, GREEN, ORANGE, RED, Records, Spec
from hubcalc.charts.layers import INK, Number, figure, finite, layer, layered, position, sentence
from hubcalc.charts.marks import head, mark, places
from hubmodels.results import CapacityCurve

SUSTAINABLE = "sustainable_capacity_per_day"
"""The capacity that no curve tells: it rests on the targets of the hub."""
_SERIES = {"dwell_p90_hours": "dwell, nine of ten within", "dwell_mean_hours": "mean dwell",
           "wait_mean_hours": "mean wait for servers"}  # fmt: skip
_COLORS = (ORANGE, BLUE, GREEN)
_TIMES_OF_USUAL = 4.0
"""Times beyond so many times those at the practical capacity are cut off: towards the limit they grow without end."""
_INKS = {"present": INK, "theoretical": RED}


def curve_chart(curve: CapacityCurve, sustainable: float | None = None) -> Spec | None:
    """Give the chart of a capacity curve.

    Parameters
    ----------
    curve : CapacityCurve
        The curve.
    sustainable : float, optional
        Largest flow that meets the targets of the hub. [units/day]

    Returns
    -------
    dict or None
        Wait and dwell over the flow, with the present flow and the capacities marked; None where there is no time.
    """
    series = {
        name: [(p.flow_per_day, finite(getattr(p, field))) for p in curve.points] for field, name in _SERIES.items()
    }
    hours = [long for points in series.values() for _, long in points if long is not None]
    if not hours:
        return None
    top = _top(curve, max(hours))
    given = {
        "present": curve.present_per_day,
        "practical": curve.practical_capacity_per_day,
        "sustainable": finite(sustainable),
        "theoretical": curve.theoretical_capacity_per_day,
    }
    records: Records = [
        {"flow": flow, "series": name, "hours": long}
        for name, points in series.items()
        for flow, long in _cut(points, top)
    ]
    marks = {name: value for name, value in given.items() if value is not None}
    most = 1.02 * max(*marks.values(), *(point.flow_per_day for point in curve.points))
    x = position("flow", f"Flow [{curve.unit}s/day]", zero=True, domain=[0, most], nice=False)
    placed = places(marks, 0.0, most)
    y = position("hours", "Hours", zero=True, domain=[0, top * head(placed)], nice=False)
    names = list(_SERIES.values())
    color = {
        "field": "series",
        "type": "nominal",
        "scale": {"domain": names, "range": list(_COLORS)},
        "legend": {"title": None, "orient": "bottom", "labelLimit": 220},
    }
    layers = [layer(records, {"type": "line", "strokeWidth": 2}, {"x": x, "y": y, "color": color})]
    for name, value in marks.items():
        layers += mark(name, value, placed[name], x, color=_INKS.get(name, "#666666"), dashed=name != "present")
    cut = f"longer times than {figure(top)} h are not shown" if max(hours) > top else ""
    all_flows = "all flows grow together" if curve.scale is None else f"{curve.scale} grows alone"
    return layered(f"{curve.hub.name}: wait and dwell over the flow", layers, subtitle=sentence(all_flows, cut))


def _top(curve: CapacityCurve, most: float) -> float:
    """Give the end of the axis of time."""
    usual = [
        max(found)
        for point in curve.points
        if point.flow_per_day <= max(curve.practical_capacity_per_day, curve.present_per_day)
        and (found := [h for h in (point.dwell_p90_hours, point.dwell_mean_hours, point.wait_mean_hours) if h])
    ]
    return min(most, _TIMES_OF_USUAL * max(usual)) if usual else most


def _cut(points: Sequence[tuple[float, Number]], top: float) -> list[tuple[float, Number]]:
    """End a line where it leaves the picture."""
    kept: list[tuple[float, Number]] = []
    for flow, long in points:
        if long is not None and long > top:
            before, last = kept[-1] if kept else (flow, None)
            if last is not None:
                kept.append((before + (flow - before) * (top - last) / (long - last), top))
            break
        kept.append((flow, long))
    return kept
