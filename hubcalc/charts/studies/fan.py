"""Fan: a band for each two quantiles, the median, and lines beside them."""

from collections.abc import Mapping, Sequence

from hubcalc.charts.base import BLUE, GREEN, ORANGE, RED, WIDTH, Records, Spec
from hubcalc.charts.layers import (
    Number,
    are_years,
    axis_title,
    check_lengths,
    finites,
    layer,
    layered,
    missing,
    position,
    width_of,
)
from hubcalc.errors import ArgumentError, Problem
from hubmodels.answers import Cell

TINTS = ("#d3e5f2", "#a9cde6", "#7fb4d9", "#559bcc")
"""Fills of the bands, from the widest to the narrowest."""
ALONE = ("#003f66", "#6a5acd")
"""Lines of quantiles that have no partner."""
LINES = (ORANGE, GREEN, RED, "#CC79A7", "#333333")
_MOST_TICKS = 16
_MEDIAN = 0.5
_SYMBOL = 30.0


def fan(
    title: str,
    x_name: str,
    x: Sequence[float],
    quantiles: Mapping[float, Sequence[Number]],
    lines: Mapping[str, Sequence[Number]] | None = None,
    *,
    metric: str,
    unit: str,
    x_unit: str = "",
) -> Spec:
    """Show how a number spreads, over years or over an input.

    Parameters
    ----------
    title : str
        Heading.
    x_name : str
        What goes to the right: a name or words.
    x : sequence of float
        Its values, rising. [x_unit]
    quantiles : mapping
        For each probability in (0, 1) the values over `x`: 0.1 and 0.9 make a band, 0.5 is a line; others without a
        partner are dashed lines. Where a value is None, there is a gap, and the subtitle says how many. [unit]
    lines : mapping, optional
        Further lines by name, such as a capacity. [unit]
    metric, unit : str
        What goes up.
    x_unit : str, optional
        Unit of `x`.

    Returns
    -------
    dict
        A Vega-Lite specification with its data in it.

    Raises
    ------
    ArgumentError
        If lists are not as long as `x`, or a probability is not in (0, 1).

    Examples
    --------
    >>> quantiles = {0.1: [8, 9], 0.9: [10, 14]}
    >>> spec = fan("Demand", "year", [2025, 2030], quantiles, metric="demand", unit="trains/day")
    >>> spec["layer"][0]["data"]["values"][1]
    {'x': 2030, 'series': 'P10 to P90', 'low': 9.0, 'high': 14.0}
    """
    further = dict(lines or {})
    check_lengths(x=x, **{f"quantile {p:g}": values for p, values in quantiles.items()}, **further)
    along, up = x_encoding(axis_title(x_name, x_unit), x), axis_title(metric, unit)
    spread, colors = bands(x, quantiles, along, up)
    beside: Records = []
    for i, (name, values) in enumerate(further.items()):
        colors[name] = LINES[i % len(LINES)]
        beside += [{"x": at, "series": name, "value": value} for at, value in zip(x, finites(values), strict=True)]
    mark = {"type": "line", "strokeWidth": 2, "strokeDash": [7, 3]}
    dashed = layer(beside, mark, {"x": along, "y": position("value", up, zero=True)})
    said = missing([value for values in (*quantiles.values(), *further.values()) for value in finites(values)])
    return layered(title, colored([*spread, dashed], colors), subtitle=said)


def bands(
    places: Sequence[float], quantiles: Mapping[float, Sequence[Number]], x: Spec, y_title: str
) -> tuple[list[Spec], dict[str, str]]:
    """Make the layers of quantiles, the widest band first, and the colors of their names."""
    for probability in quantiles:
        if not 0.0 < probability < 1.0:
            raise ArgumentError.of(
                Problem("is no probability", parameter="quantiles", given=probability, allowed="above 0 and below 1")
            )
    by_place = {round(p, 9): finites(values) for p, values in quantiles.items()}
    pairs = [(p, round(1 - p, 9)) for p in sorted(by_place) if p < _MEDIAN and round(1 - p, 9) in by_place]
    paired = {p for pair in pairs for p in pair}
    layers: list[Spec] = []
    colors: dict[str, str] = {}
    y = position("low", y_title, zero=True)
    for i, (low, high) in enumerate(pairs):
        name = f"{_percentile(low)} to {_percentile(high)}"
        colors[name] = TINTS[min(i, len(TINTS) - 1)]
        records: Records = [
            {"x": place, "series": name, "low": least, "high": most}
            for place, least, most in zip(places, by_place[low], by_place[high], strict=True)
        ]
        records = [_whole(record) for record in records]
        layers.append(layer(records, {"type": "area"}, {"x": x, "y": y, "y2": {"field": "high"}}))
    for p in (p for p in sorted(by_place) if p not in paired):
        name = _percentile(p)
        colors[name] = BLUE if p == _MEDIAN else ALONE[len(layers) % len(ALONE)]
        values: Records = [
            {"x": place, "series": name, "value": value} for place, value in zip(places, by_place[p], strict=True)
        ]
        mark = {"type": "line", "strokeWidth": 2.5, **({} if p == _MEDIAN else {"strokeDash": [2, 2]})}
        layers.append(layer(values, mark, {"x": x, "y": position("value", y_title, zero=True)}))
    return layers, colors


def colored(layers: Sequence[Spec], colors: Mapping[str, str]) -> list[Spec]:
    """Give the layers one scale of colors, and one legend."""
    color = {
        "field": "series",
        "type": "nominal",
        "scale": {"domain": list(colors), "range": list(colors.values())},
        "legend": {
            "title": None,
            "orient": "bottom",
            "columns": max(1, int(WIDTH / (max(map(width_of, colors), default=0.0) + _SYMBOL))),
            "labelLimit": 220,
            "symbolType": "square",
            "symbolStrokeWidth": 0,
            "symbolSize": 120,
        },
    }
    return [{**each, "encoding": {**each["encoding"], "color": color}} for each in layers]


def x_encoding(title: str, places: Sequence[float]) -> Spec:
    """Encode what goes to the right; whole years are written without a separator."""
    axis: Spec = {"title": title, "format": "d" if are_years(places) else ",.6~r", "grid": False}
    if len(places) <= _MOST_TICKS:
        axis["values"] = list(places)
    return {"field": "x", "type": "quantitative", "scale": {"zero": False, "nice": False}, "axis": axis}


def _percentile(probability: float) -> str:
    return f"P{100 * probability:g}"


def _whole(record: dict[str, Cell]) -> dict[str, Cell]:
    """Leave a gap where one end of a band is missing."""
    return record if None not in record.values() else {**record, "low": None, "high": None}
