"""Staircase: what is built and when, against a demand that is not known."""

from collections.abc import Mapping, Sequence

from hubcalc.charts.base import ORANGE, WIDTH, Records, Spec, wrapped
from hubcalc.charts.layers import (
    INK,
    LABEL_SIZE,
    Box,
    Number,
    axis_title,
    check_lengths,
    collide,
    finites,
    known,
    layer,
    layered,
    missing,
    position,
    sentence,
    width_of,
)
from hubcalc.charts.studies.fan import bands, colored, x_encoding
from hubcalc.errors import ArgumentError, Problem

_HEIGHT = 320
_LINE = 13.0
_LETTERS = (26, 16)
_HEAD = 1.15
_GAP = 5.0
_CAPACITY = "capacity"


def staircase(
    title: str,
    years: Sequence[int],
    demand: Mapping[float, Sequence[Number]],
    capacity: Sequence[Number],
    built: Mapping[int, str] | None = None,
    *,
    metric: str = "demand and capacity",
    unit: str,
) -> Spec:
    """Show the capacity of each year above the demand, and what was built.

    Parameters
    ----------
    title : str
        Heading.
    years : sequence of int
        Years, rising. [year]
    demand : mapping
        For each probability the demand in each year: 0.1, 0.5 and 0.9. [unit]
    capacity : sequence of float
        Capacity in each year, from its beginning. [unit]
    built : mapping, optional
        What comes into use in a year, in words; what has no room at its step stands in the subtitle.
    metric, unit : str
        What goes up.

    Returns
    -------
    dict
        A Vega-Lite specification with its data in it.

    Raises
    ------
    ArgumentError
        If lists are not as long as the years, or something is built in a year that is not among them.

    Examples
    --------
    >>> demand = {0.1: [8, 9], 0.5: [9, 11], 0.9: [10, 14]}
    >>> spec = staircase("Front", [2025, 2030], demand, [10, 15], {2030: "a crane"}, unit="trains/day")
    >>> spec["layer"][-1]["data"]["values"][0]["text"]
    '2030: a crane'
    """
    labels = dict(built or {})
    check_lengths(years=years, **{f"demand {p:g}": values for p, values in demand.items()}, capacity=capacity)
    for year in labels:
        if year not in years:
            allowed = f"{years[0]} to {years[-1]}"
            raise ArgumentError.of(Problem("no such year", parameter="built", given=year, allowed=allowed))
    steps = finites(capacity)
    amounts = [value for values in demand.values() for value in finites(values)]
    along, up = x_encoding(axis_title("year", ""), years), axis_title(metric, unit)
    spread, colors = bands(years, demand, along, up)
    colors[_CAPACITY] = ORANGE
    stairs: Records = [{"x": year, "series": _CAPACITY, "value": step} for year, step in zip(years, steps, strict=True)]
    mark = {"type": "line", "strokeWidth": 3, "interpolate": "step-after"}
    lines = layer(stairs, mark, {"x": along, "y": position("value", up, zero=True)})
    top = _HEAD * max([*known(steps), *known(amounts)], default=1.0) or 1.0
    up_to = {"zero": True, "domain": [0, top], "nice": False}
    layers = colored([*spread, lines], colors)
    for each in layers:
        each["encoding"]["y"] = {**each["encoding"]["y"], "scale": up_to}
    texts = _labels(years, steps, labels, top)
    for align in ("left", "right"):
        style: Spec = {"type": "text", "align": align, "baseline": "top", "fontSize": LABEL_SIZE, "color": INK}
        style |= {"lineBreak": "\n", "lineHeight": _LINE}
        written: Records = [text for text in texts if text["align"] == align]
        at = {"x": {"field": "left", "type": "quantitative", "scale": None}}
        at |= {"y": {"field": "top", "type": "quantitative", "scale": None}}
        layers.append(layer(written, style, {**at, "text": {"field": "text"}}))
    at_steps = {text["year"] for text in texts}
    listed = [f"{year}: {labels[year]}" for year in years if year in labels and year not in at_steps]
    return layered(title, layers, height=_HEIGHT, subtitle=sentence(*listed, missing([*steps, *amounts])))


def _labels(years: Sequence[int], steps: Sequence[Number], built: Mapping[int, str], top: float) -> Records:
    """Place labels at their steps, at the left or above; those without room are left out."""

    def at(i: int) -> tuple[float, float]:
        span = (years[-1] - years[0]) or 1
        return WIDTH * (years[i] - years[0]) / span, _HEIGHT * (1 - (steps[i] or 0.0) / top)

    stairs: list[Box] = []
    for i in range(1, len(years)):
        (left, before), (right, after) = at(i - 1), at(i)
        stairs.append((left, before - 1, right, before + 1))
        stairs.append((right - 1, min(before, after), right + 1, max(before, after)))
    boxes: list[Box] = []
    texts: Records = []
    for i in (i for i, year in enumerate(years) if year in built and steps[i] is not None):
        x, y = at(i)
        options: list[tuple[str, str, Box]] = []
        for letters in _LETTERS:
            lines = wrapped(f"{years[i]}: {built[years[i]]}", letters)
            text = "\n".join(lines)
            wide, high, base = width_of(text), _LINE * len(lines), y - _GAP
            options.append(("right", text, (x - _GAP - wide, base, x - _GAP, base + high)))
            options.append(("right", text, (x - _GAP - wide, base - high, x - _GAP, base)))
            options.append(("left", text, (x + _GAP, base - high, x + _GAP + wide, base)))
        room = [each for each in options if _fits(each[2], [*stairs, *boxes])]
        if not room:
            continue
        align, text, box = room[0]
        boxes.append(box)
        left = box[0] if align == "left" else box[2]
        texts.append({"left": left, "top": box[1], "text": text, "align": align, "year": years[i]})
    return texts


def _fits(box: Box, taken: Sequence[Box]) -> bool:
    return box[0] >= 0 and box[2] <= WIDTH and box[1] >= 0 and not any(collide(box, other) for other in taken)
