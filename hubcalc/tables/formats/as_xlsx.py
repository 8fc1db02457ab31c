"""Tables as workbooks of Excel: typed numbers, a header that stays in view, texts that are never formulas."""

import io
import math
import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from hubcalc.tables.formats.sizes import fitting, within_a_sheet
from hubcalc.tables.formats.texts import is_formula, number_text, plain_text
from hubcalc.tables.layouts import Layout, Rows
from hubcalc.tables.rectangles import Table

if TYPE_CHECKING:
    from xlsxwriter.format import Format as CellFormat
    from xlsxwriter.worksheet import Worksheet

CREATED = datetime(2000, 1, 1)
"""A date that is the same in all workbooks, so that the same request gives the same bytes."""
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\']")
_LONGEST_SHEET_NAME = 31
_WIDTHS = (9, 60)


class ExactNumber(float):
    """A number that XlsxWriter writes with all its digits, of which it would give sixteen."""

    __slots__ = ()

    def __format__(self, _: str) -> str:
        return float.__repr__(self)


def xlsx_parts(table: Table, rows: Rows, layout: Layout) -> Iterator[bytes]:
    """Write a workbook with one sheet; rows are written as they come."""
    import xlsxwriter

    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"constant_memory": True}) as workbook:
        workbook.set_properties({"created": CREATED, "comments": "Made by hubcalc"})
        sheet = workbook.add_worksheet(_sheet_name(table.item))
        bold, quoted = workbook.add_format({"bold": True}), workbook.add_format({"quote_prefix": True})
        names = [column.header for column in table.columns]
        for place, name in enumerate(names):
            least, most = _WIDTHS
            sheet.set_column(place, place, min(max(len(name) + 2, least), most))
        if layout.header:
            sheet.freeze_panes(1, 0)
            for place, name in enumerate(names):
                sheet.write_string(0, place, fitting(name, name), bold)
        given = within_a_sheet(len(names), rows, header=layout.header)
        for number, row in enumerate(given, start=1 if layout.header else 0):
            for place, value in enumerate(row):
                _write(sheet, (number, place), value, names[place], quoted)
    yield sink.getvalue()


def _write(sheet: "Worksheet", place: tuple[int, int], value: Any, name: str, quoted: "CellFormat") -> None:
    """Write one value in its type; a cell edited later stays a text if it was one."""
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(*place, value)
    elif isinstance(value, int | float) and math.isfinite(value):
        sheet.write_number(*place, value if isinstance(value, int) else ExactNumber(value))
    else:
        text = number_text(value) if isinstance(value, float) else plain_text(value)
        sheet.write_string(*place, fitting(text, name), quoted if is_formula(text) else None)


def _sheet_name(item: str) -> str:
    return _NOT_IN_SHEET_NAMES.sub(" ", item)[:_LONGEST_SHEET_NAME].strip() or "table"
