"""What charts of several layers share: numbers without gaps in their meaning, and labels that do not collide."""

from collections.abc import Iterable, Mapping, Sequence, Sized
from math import isfinite
from typing import Any

from hubcalc.charts.base import WIDTH, Records, Spec, joined, short, words
from hubcalc.errors import ArgumentError, Problem
from hubmodels.answers import Cell

Number = float | None
"""A number, or None where there is none; what is not finite counts as none."""
INK = "#333333"
HEIGHT = 280
LABEL_SIZE = 11
_LETTER = 5.9
"""Mean width of a letter at that size [pixels]."""
_WHOLE_FROM = 1000
_TICKS = 7
_YEARS = (1900, 2200)
_NAMED = 6
"""Names that a subtitle lists; of more it tells the number."""


def finite(value: Any) -> Number:
    """Give a number as float; None where there is none.

    >>> finite(2), finite(None), finite(float("nan")), finite(float("inf"))
    (2.0, None, None, None)
    """
    return None if value is None or not isfinite(value) else float(value)


def finites(values: Iterable[Any]) -> list[Number]:
    """Give numbers as floats; None where there is none."""
    return [finite(value) for value in values]


def known(values: Iterable[Number]) -> list[float]:
    """Give the numbers that there are."""
    return [value for value in values if value is not None]


def check_lengths(**given: Sized) -> None:
    """Refuse lists that belong together and are not of one length, or are empty."""
    (first, base), *others = given.items()
    if not len(base):
        raise ArgumentError.of(Problem("nothing to draw", parameter=first, allowed="at least one"))
    for name, values in others:
        if len(values) != len(base):
            message = f"{len(values)} values, but {len(base)} of {first}"
            raise ArgumentError.of(Problem(message, parameter=name, allowed="one for each"))


def sentence(*parts: str) -> str:
    """Join the parts of a subtitle that say something."""
    return "; ".join(part for part in parts if part)


def missing(values: Iterable[Number]) -> str:
    """Say how many values are left out.

    >>> missing([1.0, None, 2.0]), missing([1.0])
    ('1 of 3 values is missing and left out', '')
    """
    found = list(values)
    count = found.count(None)
    return f"{count} of {len(found)} values {'are' if count > 1 else 'is'} missing and left out" if count else ""


def without_value(names: Sequence[str]) -> str:
    """Name what has no value and is left out.

    >>> without_value(["cranes (high)"]), without_value([])
    ('no value: cranes (high)', '')
    """
    if not names:
        return ""
    return "no value: " + (", ".join(names) if len(names) <= _NAMED else f"{len(names)} of them")


def figure(value: float) -> str:
    """Write a number in a chart, in about four digits.

    >>> figure(12345.678), figure(12.3456), figure(0.01234567), figure(20)
    ('12,346', '12.35', '0.01235', '20')
    """
    return f"{value:,.0f}" if abs(value) >= _WHOLE_FROM else f"{value:.4g}"


def label_text(value: Cell) -> str:
    """Write a number or a text in a chart."""
    return figure(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def are_years(values: Sequence[Cell]) -> bool:
    """Say whether all values are years, which are written without a separator.

    >>> are_years([2025, 2030.0]), are_years([2025.5]), are_years(["2025"])
    (True, False, False)
    """
    return all(
        isinstance(value, int | float) and float(value).is_integer() and _YEARS[0] <= value <= _YEARS[1]
        for value in values
    )


def axis_title(name: str, unit: str) -> str:
    """Write a title of an axis for the name of a metric, or for words.

    >>> axis_title("wait_mean_hours", "h"), axis_title("demand in TEU", "TEU/year"), axis_title("flow.scv", "1")
    ('Wait mean [h]', 'Demand in TEU [TEU/year]', 'Flow scv')
    """
    if "." in name and " " not in name:
        name = short(name)
    if "_" in name or not name:
        return words(name, unit)
    text = name[:1].upper() + name[1:]
    return f"{text} [{unit}]" if unit not in ("", "1") else text


def width_of(text: str) -> float:
    """Estimate the width of a label [pixels]."""
    return _LETTER * max((len(line) for line in text.split("\n")), default=0)


def layer(records: Records, mark: Mapping[str, Any], encoding: Mapping[str, Any]) -> Spec:
    """Make a layer with data of its own."""
    return {"data": {"values": records}, "mark": dict(mark), "encoding": dict(encoding)}


def layered(title: str, layers: Sequence[Spec], *, height: float = HEIGHT, subtitle: str = "", **more: Any) -> Spec:
    """Put layers over each other."""
    body: Spec = {"width": WIDTH, "height": height, "layer": [each for each in layers if each["data"]["values"]]}
    return joined(title, None, {**body, **more}, subtitle=subtitle)


def position(field: str, title: str, *, zero: bool = False, **scale: Any) -> Spec:
    """Encode a quantity on an axis."""
    axis = {"title": title, "format": ",.6~r", "tickCount": _TICKS}
    return {"field": field, "type": "quantitative", "scale": {"zero": zero, **scale}, "axis": axis}


Box = tuple[float, float, float, float]
"""Left, top, right and bottom of a label [pixels]."""


def collide(one: Box, other: Box) -> bool:
    """Say whether two boxes overlap.

    >>> collide((0, 0, 10, 10), (5, 5, 15, 15)), collide((0, 0, 10, 10), (10, 0, 20, 10))
    (True, False)
    """
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def apart(boxes: Sequence[Box], order: Iterable[int], taken: Sequence[Box] = ()) -> list[int]:
    """Choose boxes that collide neither with each other nor with what is there, in the order of their worth.

    >>> apart([(0, 0, 10, 10), (5, 5, 15, 15), (20, 0, 30, 10)], [1, 0, 2])
    [1, 2]
    """
    chosen: list[int] = []
    for i in order:
        if not any(collide(boxes[i], other) for other in (*taken, *(boxes[j] for j in chosen))):
            chosen.append(i)
    return chosen
