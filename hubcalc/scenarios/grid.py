"""Lists and ranges of values, and all combinations of them."""

import contextlib
import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubcalc.errors import OverrideError, Problem, TooManyScenariosError

_NUMBER = r"[+-]?(?:[0-9]{1,20}(?:\.[0-9]{1,20})?|\.[0-9]{1,20})(?:[eE][+-]?[0-9]{1,3})?"
_RANGE = re.compile(rf"({_NUMBER})\.\.({_NUMBER})(?::({_NUMBER}))?")
_ALLOWED = "a value, a list a,b,c or a range 2..6 or 2..6:0.5"


def parse_values(path: str, text: str, most: int) -> list[str]:
    """Read one query parameter: a value, a comma list, or inclusive ranges.

    Parameters
    ----------
    path : str
        Path the values are for; errors name it.
    text : str
        What was given.
    most : int
        Largest number of values that a range may have.

    Returns
    -------
    list of str
        The values, still as text.

    Raises
    ------
    OverrideError
        If an item is empty or a range is malformed.
    TooManyScenariosError
        If a range has more than `most` values.

    Examples
    --------
    >>> parse_values("stages.front.cranes", "2..4,8", 100)
    ['2', '3', '4', '8']
    >>> parse_values("flow.per_day", "10..11:0.5", 100)
    ['10.0', '10.5', '11.0']
    """
    values: list[str] = []
    for item in (part.strip() for part in text.split(",")):
        if not item:
            raise OverrideError.of(Problem("an empty item in a list", parameter=path, given=text, allowed=_ALLOWED))
        match = _RANGE.fullmatch(item)
        if match:
            values.extend(_range(path, item, match, most))
        elif ".." in item:
            raise OverrideError.of(Problem("not a range", parameter=path, given=item, allowed=_ALLOWED))
        else:
            values.append(item)
    return values


def _range(path: str, item: str, match: re.Match[str], most: int) -> list[str]:
    """Step through a range in decimal arithmetic, so that 0.1 steps end where they are said to."""
    start, stop = Decimal(match[1]), Decimal(match[2])
    step = Decimal(match[3]) if match[3] else Decimal(1)
    if step <= 0 or stop < start:
        raise OverrideError.of(
            Problem("a range must rise, by a step above 0", parameter=path, given=item, allowed=_ALLOWED)
        )
    # the quotient is only an order of magnitude here: it decides whether counting is worth while
    if (stop - start) > step * most:
        raise too_many(path, most)
    size = int((stop - start) / step) + 1
    return [format(start + i * step, "f") for i in range(size)]


def combinations(values: Mapping[str, Sequence[Any]], most: int) -> tuple[dict[str, NDArray[Any]], int]:
    """Give all combinations as one column for each path, the last path fastest.

    Parameters
    ----------
    values : mapping
        The values of each path.
    most : int
        Largest number of combinations.

    Returns
    -------
    tuple
        The columns by path, and their length.

    Raises
    ------
    TooManyScenariosError
        If there are more than `most`.

    Examples
    --------
    >>> columns, size = combinations({"a.x": [1, 2], "b.y": [3, 4, 5]}, 10)
    >>> columns["a.x"].tolist(), columns["b.y"].tolist(), size
    ([1, 1, 1, 2, 2, 2], [3, 4, 5, 3, 4, 5], 6)
    """
    total = math.prod(len(items) for items in values.values())
    if total > most:
        raise too_many(None, most, total)
    columns, before, after = {}, 1, total
    for path, items in values.items():
        after = after // len(items) if items else 0
        columns[path] = np.tile(np.repeat(_column(items), after), before)
        before *= len(items)
    return columns, total


def _column(items: Sequence[Any]) -> NDArray[Any]:
    """Keep numbers as numbers; anything else as it is, to be read or refused by who knows the leaf."""
    if all(type(item) in (int, float) for item in items):
        with contextlib.suppress(OverflowError):
            return np.asarray(items, dtype=np.float64 if any(isinstance(item, float) for item in items) else np.int64)
    column = np.empty(len(items), dtype=object)
    column[:] = list(items)
    return column


def too_many(path: str | None, most: int, total: int | None = None) -> TooManyScenariosError:
    """Make the error for more scenarios than a call may make."""
    given = "more" if total is None else f"{total} combinations"
    return TooManyScenariosError.of(
        Problem(
            "too many scenarios for one call",
            parameter=path,
            given=given,
            allowed=f"up to {most} combinations",
            hint="take fewer values, or split the call",
        )
    )
