"""Designs: which scenarios a sweep has. Any stretch of rows can be made without those before it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from hubcalc.errors import OverrideError, Problem, TooManyScenariosError
from hubcalc.sampling import GridDesign
from hubcalc.scenarios import parse_values
from hubcalc.scenarios.texts import NumberText, read_text
from hubcalc.studies.sweeps.tables import rows_of_csv
from hubcalc.words import did_you_mean
from hubmodels.paths import Leaf
from hubmodels.studies.sweep import MOST_ROWS, Csv, Grid, Listed

MOST_VALUES = 1_000_000
"""Values of one input of a grid."""


class RowDesign(Protocol):
    """Rows of inputs, by number."""

    @property
    def paths(self) -> tuple[str, ...]:
        """The inputs that are varied."""

    @property
    def rows(self) -> int:
        """How many rows there are."""

    def columns(self, start: int, stop: int) -> dict[str, NDArray[Any]]:
        """Give the inputs of some rows, as they were given: numbers, or texts."""


@dataclass(frozen=True, slots=True)
class Combinations:
    """All combinations of values, the last input fastest."""

    values: Mapping[str, NDArray[Any]]

    @property
    def paths(self) -> tuple[str, ...]:
        """The inputs that are varied."""
        return tuple(self.values)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return prod(len(values) for values in self.values.values())

    def columns(self, start: int, stop: int) -> dict[str, NDArray[Any]]:
        """Give the inputs of some rows."""
        places = GridDesign(tuple(len(values) for values in self.values.values())).places(start, stop - start)
        return {path: values[places[:, i]] for i, (path, values) in enumerate(self.values.items())}


@dataclass(frozen=True, slots=True)
class GivenRows:
    """Rows as they were given."""

    values: Mapping[str, NDArray[Any]]
    rows: int

    @property
    def paths(self) -> tuple[str, ...]:
        """The inputs that are varied."""
        return tuple(self.values)

    def columns(self, start: int, stop: int) -> dict[str, NDArray[Any]]:
        """Give the inputs of some rows."""
        return {path: column[start:stop] for path, column in self.values.items()}


def grid_design(grid: Grid, known: Mapping[str, Leaf], full: Mapping[str, str]) -> Combinations:
    """Read a grid.

    Parameters
    ----------
    grid : Grid
        Values by path.
    known : mapping
        What may be varied.
    full : mapping
        The full path of each path that was given.

    Raises
    ------
    OverrideError
        If a list is empty or a range malformed.
    TooManyScenariosError
        If there are more combinations than a sweep may have.
    """
    columns = {}
    for path, given in grid.values.items():
        values: Sequence[Any] = parse_values(path, given, MOST_VALUES) if isinstance(given, str) else given
        if not values:
            raise OverrideError.of(Problem("an empty list", pointer=f"/design/values/{path}", allowed="one or more"))
        columns[full[path]] = typed(known[full[path]], values)
    design = Combinations(columns)
    if design.rows > MOST_ROWS:
        given_rows = f"{design.rows:,} combinations"
        problem = Problem("too many rows", pointer="/design/values", given=given_rows, allowed=f"up to {MOST_ROWS:,}")
        raise TooManyScenariosError.of(problem)
    return design


def list_design(listed: Listed | Csv, known: Mapping[str, Leaf], full: Mapping[str, str]) -> GivenRows:
    """Read a list of rows or a table; what a row leaves out is as in the document."""
    rows = listed.rows if isinstance(listed, Listed) else rows_of_csv(listed.text)
    columns: dict[str, NDArray[Any]] = {}
    for path, whole in full.items():
        leaf = known[whole]
        values = [row.get(path) for row in rows]
        columns[whole] = typed(leaf, [leaf.value if value is None else value for value in values])
    return GivenRows(columns, len(rows))


def place_of(design: Grid | Listed | Csv) -> Callable[[str], str]:
    """Say where in the request a path of a design stands first."""
    if isinstance(design, Grid):
        return lambda path: f"/design/values/{path}"
    if isinstance(design, Csv):
        return lambda _: "/design/text"
    return lambda path: f"/design/rows/{next(i for i, row in enumerate(design.rows) if path in row)}/{path}"


def paths_in(design: Grid | Listed | Csv) -> list[str]:
    """Name the paths that a design varies, as they were given."""
    if isinstance(design, Grid):
        return list(design.values)
    rows = design.rows if isinstance(design, Listed) else rows_of_csv(design.text)
    return list(dict.fromkeys(path for row in rows for path in row))


def full_paths(
    paths: Sequence[str], known: Mapping[str, Leaf], spell: Any, pointer: str | Callable[[str], str]
) -> dict[str, str]:
    """Spell out paths and refuse those that are not there; `pointer` says where they stand.

    Raises
    ------
    OverrideError
        If a path is unknown, or given in its short and its long form; each problem points to its place.
    """
    found: dict[str, str] = {}
    problems = []
    at = pointer if callable(pointer) else lambda path: f"{pointer}/{path}"
    for path in paths:
        whole = spell(path)
        if whole not in known:
            message, hint = "the document has no such path", did_you_mean(path, known)
            problems.append(Problem(message, pointer=at(path), given=path, hint=hint))
        elif whole in found.values():
            message = "this path is given twice, in its short and in its long form"
            problems.append(Problem(message, pointer=at(path), given=path))
        else:
            found[path] = whole
    if problems:
        raise OverrideError.of(*problems)
    return found


def typed(leaf: Leaf, values: Sequence[Any]) -> NDArray[Any]:
    """Give a column of numbers where all values are numbers, else of what was given, to be read row by row."""
    if leaf.type != "choice":
        try:
            return np.array([_number(value) for value in values], dtype=np.float64)
        except (TypeError, ValueError, OverflowError):
            pass
    column = np.empty(len(values), dtype=object)
    column[:] = list(values)
    return column


def numbers_of(leaf_type: str, values: NDArray[Any]) -> NDArray[Any]:
    """Give an input as a table shows it: texts of a choice, else finite numbers, and NaN where none was given.

    >>> numbers_of("number", np.array(["10", "many", None, 2, "40%"], dtype=object)).tolist()
    [10.0, nan, nan, 2.0, 0.4]
    """
    if leaf_type == "choice":
        return np.array(["" if value is None else str(value) for value in values], dtype=object)
    shown = np.full(len(values), np.nan)
    if values.dtype.kind != "O":
        shown[:] = values
    for i, value in enumerate(values if values.dtype.kind == "O" else ()):
        try:
            shown[i] = _written_number(value)
        except (TypeError, ValueError, OverflowError):
            continue
    return np.where(np.isfinite(shown), shown, np.nan)


def _written_number(value: Any) -> float:
    """Read a number as a sheet writes it, too."""
    found = read_text(value) if isinstance(value, str) else None
    return found.value if isinstance(found, NumberText) else _number(value)


def _number(value: Any) -> float:
    """Read a plain number; anything unusual is left to who knows the bounds and the words of errors."""
    if isinstance(value, bool) or (isinstance(value, str) and ("_" in value or not value.isascii())):
        raise ValueError(value)  # caught just above
    return float(value)
