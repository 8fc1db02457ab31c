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
from hubcalc.scenarios.texts import one_value, read_text
from hubcalc.words import DecimalMark

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})(?:[eE][+-]?[0-9]{1,3})?")
_ALLOWED = {
    "dot": "a value, a list a,b,c or a range 2..6 or 2..6:0.5",
    "comma": "a value, a list a;b;c or a range 2..6 or 2..6:0,5",
}
_ENDS = re.compile(r"\.\.|:")
"""What stands between the numbers of a range."""
_SEPARATORS = {"dot": ",", "comma": ";"}


def parse_values(path: str, text: str, most: int, mark: DecimalMark = "dot") -> list[str]:
    """Read one query parameter: a value, a list, or inclusive ranges.

    Parameters
    ----------
    path : str
        Path the values are for; errors name it.
    text : str
        What was given.
    most : int
        Largest number of values that a range may have.
    mark : {"dot", "comma"}, optional
        What separates decimals; a list is separated by commas, where the comma is decimal by semicolons.

    Returns
    -------
    list of str
        The values, still as text, with a decimal point.

    Raises
    ------
    OverrideError
        If an item is empty, a range is malformed, or a number may be read in two ways.
    TooManyScenariosError
        If a range has more than `most` values.

    Examples
    --------
    >>> parse_values("stages.front.cranes", "2..4,8", 100)
    ['2', '3', '4', '8']
    >>> parse_values("flow.per_day", "10..11:0.5", 100)
    ['10.0', '10.5', '11.0']
    >>> parse_values("flow.per_day", "10,5;11", 100, "comma")
    ['10.5', '11']
    """
    values: list[str] = []
    for item in (part.strip() for part in text.split(_SEPARATORS[mark])):
        if not item:
            raise OverrideError.of(
                Problem("an empty item in a list", parameter=path, given=text, allowed=_ALLOWED[mark])
            )
        if mark == "dot" and ";" in item:
            hint = "separate values by commas; where decimal=comma is said, by semicolons"
            raise OverrideError.of(
                Problem("is not a list", parameter=path, given=text, allowed=_ALLOWED[mark], hint=hint)
            )
        if mark == "comma" and _is_list_by_commas(item):
            message = "commas are decimal here, and separate nothing"
            hint = f"separate values by semicolons: {';'.join(part.strip() for part in item.split(','))}"
            raise OverrideError.of(Problem(message, parameter=path, given=text, allowed=_ALLOWED[mark], hint=hint))
        if ".." in item:
            values.extend(_range(path, item, most, mark))
        else:
            values.append(one_value(path, item, mark))
    return values


def _is_list_by_commas(item: str) -> bool:
    """Say whether commas separate in a text whose commas are decimal.

    >>> [_is_list_by_commas(text) for text in ("2,3,4", "a,b", "2..4,8,9", "10,5", "2..3:0,5", "1.234,5")]
    [True, True, True, False, False, False]
    """
    return any("," in text and (text.count(",") > 1 or read_text(text, "comma") is None) for text in _ENDS.split(item))


def _range(path: str, item: str, most: int, mark: DecimalMark) -> list[str]:
    """Step through a range in decimal arithmetic, so that 0.1 steps end where they are said to."""
    first, _, rest = item.partition("..")
    last, colon, by = rest.partition(":")
    numbers = [one_value(path, text, mark) for text in (first, last, by if colon else "1")]
    if not all(_NUMBER.fullmatch(number) for number in numbers):
        raise OverrideError.of(Problem("not a range", parameter=path, given=item, allowed=_ALLOWED[mark]))
    start, stop, step = (Decimal(number) for number in numbers)
    if step <= 0 or stop < start:
        raise OverrideError.of(
            Problem("a range must rise, by a step above 0", parameter=path, given=item, allowed=_ALLOWED[mark])
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
    given = f"more than {most}" if total is None else f"{total} combinations"
    return TooManyScenariosError.of(
        Problem(
            "too many scenarios for one call",
            parameter=path,
            given=given,
            allowed=f"up to {most} combinations",
            hint="take fewer values, or split the call",
        )
    )
