"""Tables of scenarios, as spreadsheets write them."""

import csv
import io
import re
from functools import lru_cache

from hubcalc.errors import OverrideError, Problem
from hubmodels.scenario import Plain
from hubmodels.studies.sweep import MOST_LISTED

_UNIT = re.compile(r"\s*\[[^\[\]]*\]\s*$")
_SEPARATORS = ",;\t"
_SAID = re.compile(r"\s*\"?sep=(?P<separator>[,;\t])\"?[ \t]*(\r\n|\r|\n)", re.IGNORECASE)
_FEW = 4
_LEAST_LINES = 2


@lru_cache(maxsize=_FEW)
def rows_of_csv(text: str) -> tuple[dict[str, Plain | None], ...]:
    r"""Read scenarios from CSV.

    The first row names the paths, with or without units in brackets; the separator is the one of comma, semicolon and
    tab that the first row has most, or what a line ``sep=;`` before it says, as spreadsheets write it. With semicolons
    a decimal comma is read as one. Empty cells are left out.

    Parameters
    ----------
    text : str
        The table.

    Returns
    -------
    tuple of dict
        One value by path in each row; values are texts.

    Raises
    ------
    OverrideError
        If the text is no CSV, there is no row, a header is empty or twice, or a row has more cells than the header; it
        names the row.

    Examples
    --------
    >>> rows_of_csv("stages.front.cranes [cranes];flow.per_day\r\n3;10,5\r\n4;\r\n")
    ({'stages.front.cranes': '3', 'flow.per_day': '10.5'}, {'stages.front.cranes': '4'})
    """
    text = text.removeprefix("\ufeff")
    said = _SAID.match(text)
    text = text[said.end() :] if said else text
    first = next((line for line in re.split(r"[\r\n]+", text) if line.strip()), "")
    separator = said["separator"] if said else max(_SEPARATORS, key=first.count)
    cells = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        lines = [line for line in cells if any(map(str.strip, line))]
    except csv.Error as error:
        hint = "is a quotation mark left open?"
        message = f"no table: line {cells.line_num}: {error}"
        raise OverrideError.of(Problem(message, pointer="/design/text", hint=hint)) from error
    if len(lines) < _LEAST_LINES:
        message = "a table needs a header of paths and at least one row"
        raise OverrideError.of(Problem(message, pointer="/design/text", given=f"{len(lines)} rows"))
    if len(lines) - 1 > MOST_LISTED:
        message, given = "too many rows in one table", f"{len(lines) - 1:,}"
        hint = "split it, or use a grid or random rows"
        raise OverrideError.of(
            Problem(message, pointer="/design/text", given=given, allowed=f"up to {MOST_LISTED:,}", hint=hint)
        )
    header = _header(lines[0])
    return tuple(_row(header, line, number, separator) for number, line in enumerate(lines[1:], start=2))


def _header(cells: list[str]) -> list[str]:
    names = [_UNIT.sub("", cell).strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    for place, name in enumerate(names, start=1):
        if not name or names.index(name) != place - 1:
            message = "a column without a path" if not name else "this path stands above two columns"
            raise OverrideError.of(Problem(message, pointer="/design/text", given=name or f"column {place}"))
    return names


def _row(header: list[str], line: list[str], number: int, separator: str) -> dict[str, Plain | None]:
    if any(cell.strip() for cell in line[len(header) :]):
        message = f"row {number} has more cells than the header"
        raise OverrideError.of(Problem(message, pointer="/design/text", given=len(line), allowed=str(len(header))))
    cells = zip(header, (cell.strip() for cell in line), strict=False)
    return {path: _with_dot(cell) if separator == ";" else cell for path, cell in cells if cell}


def _with_dot(cell: str) -> str:
    """Read a decimal comma, as spreadsheets write it where they write semicolons between cells.

    >>> _with_dot("1,5"), _with_dot("1,234,567"), _with_dot("a,b")
    ('1.5', '1,234,567', 'a,b')
    """
    return cell.replace(",", ".") if re.fullmatch(r"[+-]?[0-9]+,[0-9]+", cell) else cell
