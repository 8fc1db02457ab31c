"""How large the sheets of a workbook may be: what is larger is refused, since programs cut it without a word."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from hubcalc.errors import Problem, RefusedError

MOST_ROWS, MOST_COLUMNS, MOST_CHARACTERS = 1_048_576, 16_384, 32_767
"""Of Excel; LibreOffice has the same rows and columns."""


def within_a_sheet(columns: int, rows: Iterable[Sequence[Any]], *, header: bool) -> Iterator[Sequence[Any]]:
    """Give the rows of a sheet, as long as they fit.

    Raises
    ------
    RefusedError
        If there are more rows or columns than a sheet holds.
    """
    if columns > MOST_COLUMNS:
        raise _too_large(
            f"{columns:,} columns", f"up to {MOST_COLUMNS:,} columns", "choose some with fields=, or take csv"
        )
    for number, row in enumerate(rows, start=1 if header else 0):
        if number >= MOST_ROWS:
            hint = "take csv, or a part of the rows"
            raise _too_large("more rows", f"up to {MOST_ROWS:,} with the header", hint)
        yield row


def fitting(text: str, column: str) -> str:
    """Give a text that fits into a cell.

    Raises
    ------
    RefusedError
        If it is too long.
    """
    # Excel counts UTF-16, in which some characters are two
    length = len(text) + sum(character > "\uffff" for character in text) if len(text) > MOST_CHARACTERS // 2 else 0
    if length > MOST_CHARACTERS:
        problem = Problem(
            "a text is longer than a cell of a workbook can be",
            parameter="format",
            given=f"{length:,} characters in {column}",
            allowed=f"up to {MOST_CHARACTERS:,} characters",
            hint="take csv, or leave the column out with fields=",
        )
        raise RefusedError.of(problem)
    return text


def _too_large(given: str, allowed: str, hint: str) -> RefusedError:
    return RefusedError.of(
        Problem(
            "the table is larger than a sheet of a workbook",
            parameter="format",
            given=given,
            allowed=allowed,
            hint=hint,
        )
    )
