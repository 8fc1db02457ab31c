"""Files as cells: CSV in the forms that spreadsheet programs write, Excel workbooks and OpenDocument spreadsheets.

What a file is is seen from its content; names and media types are often wrong.
"""

import csv
import datetime
import io
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from hubcalc.errors import ParameterError, Problem, UnreadableSheetError
from hubcalc.sheets.cells import Fault, Row, Sheet, Value, text_value
from hubcalc.sheets.packages import Facts, facts_of, is_open_document, repacked, unpacked, unreadable
from hubcalc.words import did_you_mean, some

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

FORM_SHEET = "Scenarios"
"""Name of the sheet that is read where none is named; without it the first one that is not hidden."""
MOST_ROWS = 10_000
_MOST_COLUMNS = 2_000
_LOOKED_AT = 40
_ALLOWED = "a sheet as CSV, Excel workbook (.xlsx) or OpenDocument spreadsheet (.ods)"
_DELIMITERS = (",", ";", "\t")
_OTHERS = (
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"RIFF", "a picture"),
    (b"%PDF", "a PDF document"),
    (b"{\\rtf", "a text document"),
    (b"\x1f\x8b", "a compressed file"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "a database"),
)
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_DURATION = re.compile(r"PT\d+H\d+M[\d.,]+S")
"""A length of time as OpenDocument files hold it."""


def read_sheet(content: bytes, sheet: str | None = None) -> Sheet:
    r"""Read the cells of a file.

    Parameters
    ----------
    content : bytes
        The file.
    sheet : str, optional
        Name of the sheet; by default ``Scenarios``, else the first one that is not hidden. A CSV file has only one,
        without a name.

    Returns
    -------
    Sheet
        Its rows that are not empty. Hidden rows and columns are there like others. Cells that hold no value that can
        be used (errors, dates, truth values) are `Fault`.

    Raises
    ------
    UnreadableSheetError
        If the file is no sheet, is damaged or protected, or is too large.
    ParameterError
        If it has no sheet of that name.

    Examples
    --------
    >>> [row.cells for row in read_sheet(b"scenario;stages.front.cranes\r\nfour;4,5\r\n").rows]
    [['scenario', 'stages.front.cranes'], ['four', '4,5']]
    """
    if not content.strip():
        raise unreadable("the file is empty", _ALLOWED)
    if content.startswith(b"PK\x03\x04"):
        return _limited(_of_workbook(content, sheet))
    _refuse_others(content)
    if sheet is not None:
        raise ParameterError.of(
            Problem(
                "a CSV file has only one sheet, without a name", parameter="sheet", given=sheet, hint="leave it out"
            )
        )
    return _limited(_of_text(_decoded(content)))


def _refuse_others(content: bytes) -> None:
    """Name files that are not sheets, and sheets of forms that are not read."""
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise unreadable("the file is protected by a password", _ALLOWED, "save it without a password")
        raise unreadable("this is an old Excel workbook (.xls)", _ALLOWED, "save it as .xlsx")
    what = next((what for start, what in _OTHERS if content.startswith(start)), None)
    start = content[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        what = "a web page"
    elif start.startswith(b"<"):
        what = "an XML file"
    elif start.startswith((b"{", b"[{")):
        what = "a JSON file"
    if what is not None:
        raise unreadable(f"this is {what}, not a sheet", _ALLOWED)


def _limited(sheet: Sheet) -> Sheet:
    if len(sheet.rows) > MOST_ROWS + 1:
        filled = f"{len(sheet.rows) - 1:,} rows are filled"
        raise unreadable(filled, f"up to {MOST_ROWS:,} rows below the header", "split the sheet")
    widest = max((len(row.cells) for row in sheet.rows), default=0)
    if widest > _MOST_COLUMNS:
        raise unreadable(f"{widest:,} columns are filled", f"up to {_MOST_COLUMNS:,} columns")
    return sheet


def _decoded(content: bytes) -> str:
    """Read bytes as text; without a mark they are UTF-8, which nothing else looks like by accident."""
    mark, encoding = next(
        ((mark, name) for mark, name in _BYTE_ORDER_MARKS if content.startswith(mark)), (b"", "utf-8")
    )
    bare = content.removeprefix(mark)
    if not mark:
        # a header of ASCII letters has a zero in each second byte of UTF-16
        even, odd = bare[0:_LOOKED_AT:2], bare[1:_LOOKED_AT:2]
        if 0 not in even and not any(odd) and odd:
            encoding = "utf-16-le"
        elif 0 not in odd and not any(even):
            encoding = "utf-16-be"
    try:
        text = bare.decode(encoding)
    except UnicodeDecodeError as error:
        line = bare[: error.start].count(b"\n") + 1
        raise unreadable(
            f"line {line} is not in {encoding.upper()}", "text in UTF-8 or UTF-16", "save it as `CSV UTF-8`"
        ) from error
    if "\0" in text:
        raise unreadable("this is no text and no workbook", _ALLOWED)
    return text


def _of_text(text: str) -> Sheet:
    """Read CSV; the delimiter is named by a first line `sep=;`, or found in the first line that is not empty."""
    first, _, rest = text.partition("\n")
    named = re.fullmatch(r'"?sep=(.)"?\s*', first, re.IGNORECASE)
    if named:
        text, delimiter = rest, named[1]
    else:
        header = next((line for line in text.splitlines() if line.strip()), "")
        bare = re.sub(r'"[^"]*"', "", header)
        delimiter = max(_DELIMITERS, key=bare.count)
    rows: list[Row] = []
    number = 0
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1):
            if len(rows) > MOST_ROWS + 1:
                raise unreadable("too many rows are filled", f"up to {MOST_ROWS:,} rows below the header", "split it")
            row = _row(number, [text_value(cell) for cell in cells])
            rows += [row] if row is not None else []
    except csv.Error as error:
        raise unreadable(
            f"row {len(rows) + 1} cannot be read as CSV: {error}", hint="look for a stray quote"
        ) from error
    # a file with semicolons comes from where the comma is decimal
    return Sheet(None, rows, mark="comma" if delimiter == ";" else None)


def _row(number: int, values: Sequence[Value]) -> Row | None:
    """Make a row of its cells, without empty ones at its end; None if all are empty."""
    filled = max((i for i, value in enumerate(values, 1) if value is not None), default=0)
    return Row(number, list(values[:filled])) if filled else None


def _of_workbook(content: bytes, wanted: str | None) -> Sheet:
    import python_calamine

    parts = unpacked(content)
    if not is_open_document(parts) and "[Content_Types].xml" not in parts:
        raise unreadable("this is an archive, not a sheet", _ALLOWED)
    facts = facts_of(parts)
    if is_open_document(parts) and b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise unreadable("the file is protected by a password", _ALLOWED, "save it without a password")
    try:
        with python_calamine.load_workbook(repacked(parts)) as workbook:
            name = _chosen(workbook, wanted)
            found = workbook.get_sheet_by_name(name)
            grid = found.to_python(skip_empty_area=False, nrows=None)
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise _not_a_workbook(error) from error
    return Sheet(name, list(_rows(grid, facts.get(name, Facts()))), tuple(facts.get(name, Facts()).merged))


def _not_a_workbook(error: Exception) -> UnreadableSheetError:
    return unreadable(f"the workbook cannot be read: {error}", _ALLOWED, "save it again, as .xlsx or .ods")


def _chosen(workbook: "CalamineWorkbook", wanted: str | None) -> str:
    """Choose a sheet: the one that is named, the form's, or the first that is not hidden."""
    import python_calamine

    names = workbook.sheet_names
    if wanted is not None:
        if wanted not in names:
            hint = did_you_mean(wanted, names)
            raise ParameterError.of(
                Problem("no such sheet", parameter="sheet", given=wanted, allowed=some(names, 20), hint=hint)
            )
        return wanted
    visible = [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.visible == python_calamine.SheetVisibleEnum.Visible
        and sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
    ]
    if not visible:
        raise unreadable("the workbook has no sheet that is not hidden", hint="name the sheet")
    return FORM_SHEET if FORM_SHEET in visible else visible[0]


def _rows(grid: Sequence[Sequence[object]], facts: Facts) -> Iterable[Row]:
    """Give the rows of a workbook's sheet that are not empty, with the errors that reading has left out."""
    by_row: dict[int, dict[int, Fault]] = {}
    for (at, column), fault in facts.faults.items():
        by_row.setdefault(at, {})[column] = fault
    for number, cells in enumerate(grid, 1):
        values = [_value(cell) for cell in cells]
        for column, fault in by_row.get(number, {}).items():
            values += [None] * (column + 1 - len(values))
            values[column] = fault
        row = _row(number, values)
        if row is not None:
            yield row


def _value(cell: object) -> Value:
    """Take a cell of a workbook as a text or a number; what is neither cannot be used."""
    if isinstance(cell, str):
        if _DURATION.fullmatch(cell):
            return Fault(cell, "a length of time, not a number", "format the cell as a number")
        return text_value(cell)
    if isinstance(cell, bool):
        return Fault(str(cell).upper(), "a truth value, neither a number nor a text", "write a number or a text")
    if isinstance(cell, int | float):
        return float(cell)
    if isinstance(cell, datetime.datetime | datetime.date):
        return Fault(cell.isoformat(), "a date, neither a number nor a text", "format the cell as a number or as text")
    return Fault(str(cell), "a time, neither a number nor a text", "format the cell as a number or as text")
