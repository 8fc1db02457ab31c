"""Tables as such: columns with units, rows, and which columns say what a row is about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its name and, where it holds numbers, their unit."""

    name: str
    unit: str = ""

    @property
    def header(self) -> str:
        """Name with the unit in brackets."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name


@dataclass(frozen=True, slots=True)
class Remarks:
    """What is known of each value of a table beyond its unit: columns that only its long shape has."""

    columns: Sequence[Column]
    of: Callable[[int, str], Sequence[Any]]
    """Gives the values of these columns, for the number of a row and the name of a column."""


@dataclass(frozen=True, slots=True)
class Table:
    """A rectangle of values; `item` names one row."""

    item: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    keys: Sequence[str] = ()
    """Names of the columns that say what a row is about: the long shape repeats them before each value."""
    remarks: Remarks | None = None


IDENTIFYING = frozenset(
    {"stage", "kind", "element", "document", "flow", "demand", "origin", "destination", "elements", "label", "lost"}
    | {"path", "name", "metric", "result", "indicator", "input", "effect", "expansion", "event", "id"}
    | {"rank", "percent", "month", "day", "hour", "year"}
)
"""Columns of models that say what a row is about."""


def identifying(names: Sequence[str], *, some: bool = True) -> tuple[str, ...]:
    """Give the columns that say what a row is about: those known to; if there are none, the first, unless none will do.

    >>> identifying(["stage", "kind", "utilization"]), identifying(["flow_per_day", "wait_mean_hours"])
    (('stage', 'kind'), ('flow_per_day',))
    """
    found = tuple(name for name in names if name in IDENTIFYING)
    return found or (tuple(names[:1]) if some else ())
