"""Cells as they come out of a file, and their addresses."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hubcalc.words import DecimalMark

ERROR_NAMES = frozenset(
    {"#REF!", "#VALUE!", "#DIV/0!", "#N/A", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
)
"""Errors of formulas, as cells show them; LibreOffice has numbers besides, such as Err:502."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What a cell shows that holds no value that can be used, and why."""

    text: str
    why: str
    hint: str | None = None


Value = str | float | Fault | None
"""A text, a number, what cannot be used, or nothing."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not empty; the first row of a sheet has the number 1."""

    number: int
    cells: Sequence[Value]

    def cell(self, column: int) -> Value:
        """Give the cell of a column, the first of which is 0; nothing beyond the last one."""
        return self.cells[column] if column < len(self.cells) else None


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle of merged cells: first and last row (from 1) and column (from 0)."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of a sheet; a CSV file is a sheet without a name."""

    name: str | None
    rows: Sequence[Row]
    merged: Sequence[Block] = field(default_factory=tuple)
    mark: DecimalMark | None = None
    """What separates decimals in its texts; None where that is not known."""

    def address(self, row: int, column: int) -> str:
        """Write the address of a cell as spreadsheets do.

        >>> Sheet("Scenarios", []).address(7, 3), Sheet("My sheet", []).address(1, 26), Sheet(None, []).address(2, 0)
        ('Scenarios!D7', "'My sheet'!AA1", 'A2')
        """
        cell = f"{letters(column)}{row}"
        if self.name is None:
            return cell
        plain = self.name.isidentifier() and self.name.isascii()
        quoted = self.name if plain else "'" + self.name.replace("'", "''") + "'"
        return f"{quoted}!{cell}"


def letters(column: int) -> str:
    """Write the letters of a column, the first of which is 0.

    >>> letters(0), letters(25), letters(26), letters(702)
    ('A', 'Z', 'AA', 'AAA')
    """
    text, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        text = chr(ord("A") + digit) + text
    return text


def position(reference: str) -> tuple[int, int] | None:
    """Read an address as row (from 1) and column (from 0).

    >>> position("D7"), position("AA1"), position("7D")
    ((7, 3), (1, 26), None)
    """
    head = reference.rstrip("0123456789")
    digits = reference[len(head) :]
    if not head or not digits or not head.isascii() or not head.isalpha() or len(reference) > 12:
        return None
    column = 0
    for letter in head.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(digits), column - 1


def text_value(text: str) -> Value:
    r"""Take a text as it stands in a cell: without stray spaces; what a formula left behind cannot be used.

    >>> text_value(" 1,5\xa0"), text_value("  "), text_value("#REF!").why
    ('1,5', None, "an error of the sheet's own formulas")
    """
    bare = text.strip().strip("\ufeff\u200b").strip()
    if not bare:
        return None
    if bare in ERROR_NAMES or (bare.startswith("Err:") and bare[4:].isdecimal()):
        return Fault(bare, "an error of the sheet's own formulas", "mend the formula, or write the value itself")
    if bare.startswith("="):
        return Fault(bare, "a formula, not its result", "write the value itself")
    return bare
