"""What was simulated, with the intervals of 95 %."""

from collections.abc import Iterator

from hubcalc.charts.base import BAR_HEIGHT, BLUE, WIDTH, Records, Spec, in_order, joined
from hubcalc.charts.layers import INK, position
from hubmodels.simulation_results import Interval, SimulationReport

_ROW = 20
_Point = tuple[str, str, Interval]
"""Where, what, and the number."""
_PANELS = {
    "flows": "Hours of one unit from arrival to departure",
    "stations": "Utilization [%]",
    "yards": "In the yard [TEU]",
}
_OF_VIEW = {"metrics": ("flows", "stations"), "flows": ("flows",), "stations": ("stations",), "yards": ("yards",)}


def simulation_chart(report: SimulationReport, view: str = "metrics") -> Spec | None:
    """Give the chart of a simulation.

    Parameters
    ----------
    report : SimulationReport
        What was simulated.
    view : str
        `metrics` for the times of each flow and the utilization of each stage, or `flows`, `stations` or `yards`.

    Returns
    -------
    dict or None
        Points with intervals; None where there is no such number, as of a trace.
    """
    panels: list[Spec] = []
    for part in _OF_VIEW.get(view, ()):
        points = [(place, what, found) for place, what, found in _POINTS[part](report) if found.value is not None]
        if points:
            panels.append(_panel(part, points))
    if not panels:
        return None
    run = report.run
    said = f"lines are intervals of {100 * run.level:g} %; {run.replications} runs of {run.hours:,.4g} h"
    title = f"{report.hub.name}: simulated"
    return joined(
        title, None, {"vconcat": panels}, subtitle=said if run.status == "steady" else f"{said}; {run.reason}"
    )


def _panel(part: str, points: list[_Point]) -> Spec:
    factor = 100.0 if part == "stations" else 1.0
    records: Records = [
        {
            "what": f"{place}: {what}" if what else place,
            "value": factor * (found.value or 0.0),
            "low": None if found.low is None else factor * found.low,
            "high": None if found.high is None else factor * found.high,
        }
        for place, what, found in points
    ]
    order = list(dict.fromkeys(str(record["what"]) for record in records))
    y = in_order("what", None, order)
    x = position("value", _PANELS[part], zero=True)
    dot = {"type": "point", "filled": True, "size": 55, "color": BLUE, "opacity": 1}
    rule = {"type": "rule", "color": INK, "strokeWidth": 1.5}
    known: Records = [record for record in records if record["low"] is not None and record["high"] is not None]
    ends = {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}}
    layers: list[Spec] = [{"mark": dot, "encoding": {"y": y, "x": x}}]
    if known:
        layers.append({"data": {"values": known}, "mark": rule, "encoding": ends})
    height = max(_ROW * len(order), 2 * BAR_HEIGHT)
    return {"width": WIDTH, "height": height, "data": {"values": records}, "layer": layers}


def _flows(report: SimulationReport) -> Iterator[_Point]:
    for flow in report.flows:
        yield flow.flow, "mean", flow.time_split.dwell_hours
        for share, found in flow.dwell_quantiles.items():
            yield flow.flow, share.upper(), found


def _stations(report: SimulationReport) -> Iterator[_Point]:
    for station in report.stations:
        yield station.stage, "", station.utilization


def _yards(report: SimulationReport) -> Iterator[_Point]:
    for yard in report.yards:
        yield yard.stage, "mean", yard.mean_teu
        yield yard.stage, "P50", yard.p50_teu
        yield yard.stage, "P95", yard.p95_teu


_POINTS = {"flows": _flows, "stations": _stations, "yards": _yards}
