"""Formulas of cells in a form of their own, and as each kind of file writes them."""

from collections.abc import Callable
from dataclasses import dataclass

LONGEST_TEXT = 250
"""Longer texts are joined of pieces: Excel takes 255 characters in one, LibreOffice 1,024."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A cell, counted from 0."""

    sheet: str
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Range:
    """Cells of one column, the last row included."""

    sheet: str
    column: int
    first_row: int
    last_row: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the spreadsheet, by its name in English."""

    name: str
    arguments: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """Texts, one after the other."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """Two values and a sign between them, such as = or >."""

    left: "Expression"
    sign: str
    right: "Expression"


Expression = str | int | float | Ref | Range | Call | Joined | Compared
"""A text or a number stands for itself."""


def call(name: str, *arguments: Expression) -> Call:
    """Call a function."""
    return Call(name, arguments)


def joined(*parts: Expression) -> Joined:
    """Join texts."""
    return Joined(parts)


def equal(left: Expression, right: Expression) -> Compared:
    """Compare two values."""
    return Compared(left, "=", right)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a kind of file writes formulas."""

    separator: str
    ref: Callable[[Ref], str]
    range: Callable[[Range], str]
    prefixes: dict[str, str]
    """What stands before the names of newer functions."""


def column_letters(column: int) -> str:
    """Name a column.

    >>> column_letters(0), column_letters(27)
    ('A', 'AB')
    """
    before, last = divmod(column, 26)
    return (column_letters(before - 1) if before else "") + chr(ord("A") + last)


def address(row: int, column: int) -> str:
    """Name a cell, fixed.

    >>> address(4, 2)
    '$C$5'
    """
    return f"${column_letters(column)}${row + 1}"


def _xlsx_ref(ref: Ref) -> str:
    return f"'{ref.sheet}'!{address(ref.row, ref.column)}"


def _odf_ref(ref: Ref) -> str:
    return f"[$'{ref.sheet}'.{address(ref.row, ref.column)}]"


def _xlsx_range(cells: Range) -> str:
    return f"'{cells.sheet}'!{address(cells.first_row, cells.column)}:{address(cells.last_row, cells.column)}"


def _odf_range(cells: Range) -> str:
    sheet, first, last = cells.sheet, address(cells.first_row, cells.column), address(cells.last_row, cells.column)
    return f"[$'{sheet}'.{first}:.{last}]"


XLSX = Dialect(",", _xlsx_ref, _xlsx_range, dict.fromkeys(("WEBSERVICE", "NUMBERVALUE", "ENCODEURL"), "_xlfn."))
ODF = Dialect(";", _odf_ref, _odf_range, dict.fromkeys(("WEBSERVICE", "ENCODEURL"), "COM.MICROSOFT."))


def written(expression: Expression, dialect: Dialect) -> str:
    r"""Write an expression, without the sign of equality before it.

    >>> formula = call("IF", equal(Ref("Inputs", 4, 2), ""), 0, joined("a", Ref("Inputs", 4, 2)))
    >>> written(formula, XLSX)
    'IF(\'Inputs\'!$C$5="",0,"a"&\'Inputs\'!$C$5)'
    >>> written(formula, ODF)
    'IF([$\'Inputs\'.$C$5]="";0;"a"&[$\'Inputs\'.$C$5])'
    """
    if isinstance(expression, str):
        pieces = [expression[i : i + LONGEST_TEXT] for i in range(0, len(expression), LONGEST_TEXT)] or [""]
        return "&".join('"' + piece.replace('"', '""') + '"' for piece in pieces)
    if isinstance(expression, int | float):
        return repr(expression)
    if isinstance(expression, Ref):
        return dialect.ref(expression)
    if isinstance(expression, Range):
        return dialect.range(expression)
    if isinstance(expression, Joined):
        return "&".join(written(part, dialect) for part in expression.parts)
    if isinstance(expression, Compared):
        return f"{written(expression.left, dialect)}{expression.sign}{written(expression.right, dialect)}"
    arguments = dialect.separator.join(written(argument, dialect) for argument in expression.arguments)
    return f"{dialect.prefixes.get(expression.name, '')}{expression.name}({arguments})"
