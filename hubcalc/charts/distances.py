"""Time and cost over distance: the figure of the time-cost-distance method."""

from hubcalc.charts.base import BLUE, ORANGE, RED, WIDTH, Records, Rows, Spec, joined, quantity

_TIME = "Time from the start [days]"
_NAMED_HOURS = 12.0
"""Stops from this length on are named [h]."""


def distances(title: str, table: Rows) -> Spec | None:
    """Show time and cost along the way; where cargo stands, the line rises without distance."""
    labels = [str(value) for value in table.values("label")]
    kilometers, hours = table.numbers("distance_km"), table.numbers("hours")
    ninetieth, dollars = table.numbers("hours_p90"), table.numbers("cost_usd")
    records: Records = []
    for i, (label, far, long) in enumerate(zip(labels, kilometers, hours, strict=True)):
        if far is None or long is None:
            continue
        before = hours[i - 1] if i else None
        stood = before is not None and far == kilometers[i - 1] and long - before >= _NAMED_HOURS
        days = {"mean_days": long / 24, "p90_days": None if ninetieth[i] is None else (ninetieth[i] or 0.0) / 24}
        name = label if stood else ""
        records.append({"step": i, "place": label, "km": far, **days, "usd": dollars[i], "stop": name})
    if not records:
        return None
    time: Spec = {
        "width": WIDTH,
        "height": 260,
        "layer": [
            _line("mean_days", BLUE),
            _line("p90_days", RED, dash=[6, 4]),
            {
                "transform": [{"filter": "datum.stop != ''"}],
                "mark": {"type": "text", "align": "left", "dx": 6, "dy": 9, "fontSize": 10, "color": "#333333"},
                "encoding": {"x": _distance(""), "y": quantity("mean_days", _TIME), "text": {"field": "stop"}},
            },
        ],
    }
    cost: Spec = {
        "width": WIDTH,
        "height": 120,
        "mark": {"type": "line", "color": ORANGE, "strokeWidth": 2, "point": {"color": ORANGE, "size": 20}},
        "encoding": {
            "x": _distance("Distance [km]"),
            "y": quantity("usd", "Price of one unit [USD]", tickCount=4),
            "order": {"field": "step", "type": "quantitative"},
        },
    }
    subtitle = "mean (solid), nine of ten within (dashed); a vertical step is a stop, named from half a day on"
    return joined(title, records, {"vconcat": [time, cost]}, subtitle=subtitle)


def _line(field: str, color: str, dash: list[int] | None = None) -> Spec:
    mark: Spec = {"type": "line", "color": color, "strokeWidth": 2}
    if dash:
        mark["strokeDash"] = dash
    order = {"field": "step", "type": "quantitative"}
    return {"mark": mark, "encoding": {"x": _distance(""), "y": quantity(field, _TIME), "order": order}}


def _distance(title: str) -> Spec:
    return quantity("km", title, tickCount=9)
