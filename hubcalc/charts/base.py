"""What all charts share: colors that color-blind readers tell apart, type, size, and how a table becomes data."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from hubmodels.answers import AnswerColumn, Cell

Spec = dict[str, Any]
Records = list[dict[str, Cell]]

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
"""Name of the grammar; nothing is fetched from it."""
BLUE, ORANGE, GREEN, RED, SKY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9"
PALETTE = [BLUE, ORANGE, GREEN, RED, "#CC79A7", SKY, "#333333", "#F0E442"]
"""Okabe and Ito (2008), Color Universal Design: told apart with any color vision, and in gray by the order of use."""
WIDTH = 560
BAR_HEIGHT = 19
MOST_BARS = 20
_PERCENTILE = re.compile(r"\bp(?=\d\d\b)")
_CONFIG: Spec = {
    "font": "sans-serif",
    "view": {"stroke": None},
    "axis": {"labelFontSize": 11, "titleFontSize": 11, "titleFontWeight": "normal", "gridColor": "#e4e4e4"},
    "axisX": {"labelFlush": False},
    "legend": {"labelFontSize": 11, "titleFontSize": 11, "titleFontWeight": "normal"},
    "title": {"fontSize": 14, "anchor": "start", "subtitleFontSize": 11, "subtitleColor": "#555555", "offset": 10},
    "range": {"category": PALETTE},
}


class Rows:
    """A table that is read by the names of its columns."""

    def __init__(self, columns: Sequence[AnswerColumn], rows: Sequence[Sequence[Cell]]) -> None:
        self.columns = list(columns)
        self.rows = [list(row) for row in rows]
        self._places = {column.name: i for i, column in enumerate(columns)}

    def has(self, *names: str) -> bool:
        """Say whether all these columns are there."""
        return all(name in self._places for name in names)

    def values(self, name: str) -> list[Cell]:
        """Give a column."""
        place = self._places[name]
        return [row[place] for row in self.rows]

    def numbers(self, name: str) -> list[float | None]:
        """Give a column of numbers; None where there is none."""
        return [_number(value) for value in self.values(name)]

    def unit(self, name: str) -> str:
        """Give the unit of a column."""
        return self.columns[self._places[name]].unit

    @property
    def changed(self) -> list[str]:
        """Name the inputs that differ between rows: paths, or inputs of a calculator, which stand first."""
        given = [column.name for column in self.columns if "." in column.name]
        return [name for name in given if len(set(self.values(name))) > 1]

    def scenarios(self) -> list[str]:
        """Write what was changed in each row; empty where nothing was."""
        parts = [[f"{short(name)} = {plain(value)}" for value in self.values(name)] for name in self.changed]
        return [", ".join(row) for row in zip(*parts, strict=True)] if parts else [""] * len(self.rows)


def _number(value: Cell) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def plain(value: Cell) -> str:
    """Write a value for a label.

    >>> plain(1200.0), plain(0.25), plain("no")
    ('1,200', '0.25', 'no')
    """
    number = _number(value)
    return str(value) if number is None else f"{number:,.6g}"


def short(path: str) -> str:
    """Write a path without what every reader knows of it.

    >>> short("lines.kuryk-baku-ferry.stages.truck-ferries.vessels"), short("demands.grain.per_day")
    ('truck-ferries vessels', 'grain per day')
    """
    return " ".join(dict.fromkeys(path.split(".")[-2:])).replace("_", " ")


def place(element: str) -> str:
    """Write a place of a corridor, or a document of it, as its id alone.

    >>> place("links.kuryk-baku-ferry"), place("hubs.aktau"), place("front")
    ('kuryk-baku-ferry', 'aktau', 'front')
    """
    return element.partition(".")[2] or element


def words(name: str, unit: str = "") -> str:
    """Write the name of a column as the title of an axis.

    >>> words("wait_p90_hours", "h"), words("utilization", "1")
    ('Wait P90 [h]', 'Utilization')
    """
    ends = ("_hours", "_per_day", "_per_year", "_usd", "_km")
    base = next((name.removesuffix(end) for end in ends if unit and name.endswith(end)), name)
    text = _PERCENTILE.sub("P", base.replace("_", " ").capitalize()).replace(" teu", " TEU")
    return f"{text} [{unit}]" if unit not in ("", "1") else text


def joined(title: str, records: Records | None, body: Spec, *, subtitle: str = "") -> Spec:
    """Put title, data and the common looks around the body of a chart; None where each layer has its own data."""
    heading: Spec = {"text": wrapped(title, 78)}
    if subtitle:
        heading["subtitle"] = wrapped(subtitle, 100)
    data = {} if records is None else {"data": {"values": records}}
    return {"$schema": SCHEMA, "title": heading, **data, **body, "config": _CONFIG}


def wrapped(text: str, width: int) -> list[str]:
    """Break a text into lines.

    >>> wrapped("one two three", 8)
    ['one two', 'three']
    """
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def quantity(field: str, title: str, **axis: Any) -> Spec:
    """Encode a quantity on an axis that begins at zero."""
    return {"field": field, "type": "quantitative", "scale": {"zero": True}, "axis": {"title": title, **axis}}


def in_order(field: str, title: str | None, order: Iterable[str], **axis: Any) -> Spec:
    """Encode names along an axis in a given order."""
    return {
        "field": field,
        "type": "nominal",
        "sort": list(dict.fromkeys(order)),
        "axis": {"title": title, "labelLimit": 260, **axis},
    }
