"""Heat map: a metric over two inputs."""

from collections.abc import Sequence
from math import log
from statistics import quantiles

from hubcalc.charts.base import WIDTH, Records, Spec, plain, wrapped
from hubcalc.charts.layers import (
    LABEL_SIZE,
    Number,
    are_years,
    axis_title,
    check_lengths,
    figure,
    finites,
    known,
    layer,
    layered,
    missing,
    sentence,
    width_of,
)
from hubmodels.answers import Cell

_SCALE = ["#f7fbff", "#c6dbef", "#6baed6", "#2171b5", "#08306b"]
"""Single-hue blues of Brewer, told apart in gray and with any color vision."""
_NONE = "#d9d9d9"
_TALLEST, _SHORTEST, _HIGHEST = 34, 90, 420
_WIDE_RANGE = 30.0
"""From this ratio of the largest to the least value on, colors follow the logarithm."""
_FENCE = 3.0
"""A value so many interquartile ranges above the third quartile does not stretch the scale of colors."""
_DARK = 0.62
_MOST_ON_AXIS = 30


def heat_map(
    title: str,
    x_name: str,
    x: Sequence[Cell],
    y_name: str,
    y: Sequence[Cell],
    values: Sequence[Sequence[Number]],
    unit: str,
    *,
    metric: str = "",
    x_unit: str = "",
    y_unit: str = "",
) -> Spec:
    """Show a metric over two inputs.

    Parameters
    ----------
    title : str
        Heading.
    x_name, y_name : str
        The inputs: to the right, and up.
    x, y : sequence
        Their values; numbers rise to the right and up, texts stand as given.
    values : sequence of sequence, shape (len(y), len(x))
        The metric. Where it is None, the cell is gray, and the subtitle says how many are. [unit]
    unit : str
        Unit of the metric.
    metric : str, optional
        What is shown: a name or words.
    x_unit, y_unit : str, optional
        Units of the inputs.

    Returns
    -------
    dict
        A Vega-Lite specification with its data in it.

    Raises
    ------
    ArgumentError
        If the values are no matrix of that shape.

    Examples
    --------
    >>> spec = heat_map("Wait", "cranes", [3, 4], "trains a day", [8, 10], [[2.0, 1.0], [None, 4.0]], "h")
    >>> spec["layer"][0]["data"]["values"][-1]["value"]
    4.0
    """
    check_lengths(y=y, values=values)
    check_lengths(x=x, **{f"values[{i}]": row for i, row in enumerate(values)})
    matrix = [finites(row) for row in values]
    numbers = known(value for row in matrix for value in row)
    least, most = min(numbers, default=0.0), max(numbers, default=1.0)
    logarithmic = least > 0 and most / least >= _WIDE_RANGE
    top = _top(numbers, logarithmic)
    columns, rows = _texts(x), _texts(y)
    records: Records = []
    none: Records = []
    for row, line in zip(rows, matrix, strict=True):
        for column, value in zip(columns, line, strict=True):
            if value is None:
                none.append({"x": column, "y": row})
                continue
            dark = _depth(value, least, top, logarithmic) > _DARK
            records.append({"x": column, "y": row, "value": value, "text": figure(value), "dark": dark})
    across = _names("x", axis_title(x_name, x_unit), columns, sorted_up=False)
    height = min(max(_TALLEST * len(rows), _SHORTEST), _HIGHEST)
    up = _names("y", wrapped(axis_title(y_name, y_unit), int(height / width_of("n"))), rows, sorted_up=_numeric(y))
    named = axis_title(metric, unit) if metric else f"[{unit}]"
    color = _color(named, (least, top), height, logarithmic=logarithmic)
    room = (WIDTH / len(columns), height / len(rows))
    written = room[0] > max(width_of(figure(value)) for value in numbers or [0.0]) and room[1] > LABEL_SIZE
    border = {"stroke": "white", "strokeWidth": 1} if written else {}
    cells = {"x": across, "y": up}
    layers = [
        layer(records, {"type": "rect", **border}, {**cells, "color": color}),
        layer(none, {"type": "rect", "color": _NONE, **border}, cells),
    ]
    if written:
        text = {"condition": {"test": "datum.dark", "value": "white"}, "value": "#222222"}
        style = {"type": "text", "fontSize": LABEL_SIZE}
        layers.append(layer(records, style, {**cells, "text": {"field": "text"}, "color": text}))
    said = missing([value for row in matrix for value in row]).replace("left out", "gray")
    beyond = f"darkest: {figure(top)} and more" if top < most else ""
    return layered(title, layers, height=height, subtitle=sentence(said, beyond))


def _color(title: str | list[str], domain: tuple[float, float], height: int, *, logarithmic: bool) -> Spec:
    """Encode values as colors."""
    scale = {"type": "log" if logarithmic else "linear", "range": _SCALE, "domain": [*domain], "clamp": True}
    legend = {"title": title, "format": ",.6~r", "gradientLength": min(160, height - 25), "tickCount": 4}
    return {"field": "value", "type": "quantitative", "scale": scale, "legend": legend}


def _texts(values: Sequence[Cell]) -> list[str]:
    return [str(int(value or 0)) for value in values] if are_years(values) else [plain(value) for value in values]


def _top(numbers: Sequence[float], logarithmic: bool) -> float:
    """Give where the darkest color begins: at the largest value, unless it lies far from all others."""
    if len(numbers) < 2:
        return max(numbers, default=1.0)
    placed = [log(value) if logarithmic else value for value in numbers]
    first, _, third = quantiles(placed, n=4, method="inclusive")
    fence = third + _FENCE * (third - first)
    top = max(value for value, place in zip(numbers, placed, strict=True) if place <= fence)
    return top if top > min(numbers) else max(numbers)


def _depth(value: float, least: float, most: float, logarithmic: bool) -> float:
    """Say how far up the scale of colors a value is."""
    if most <= least:
        return 0.0
    return log(value / least) / log(most / least) if logarithmic else (value - least) / (most - least)


def _numeric(values: Sequence[Cell]) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)


def _names(field: str, title: str | list[str], names: Sequence[str], *, sorted_up: bool) -> Spec:
    """Encode values along an axis; of many only some are written."""
    order = [*reversed(names)] if sorted_up else [*names]
    axis: Spec = {"title": title, "labelAngle": 0, "labelLimit": 160, "ticks": False, "domain": False}
    if len(names) > _MOST_ON_AXIS:
        axis["labelOverlap"] = "greedy"
    return {"field": field, "type": "ordinal", "sort": order, "scale": {"domain": order}, "axis": axis}
