"""The empty form as a workbook: the sheet to fill, how to fill it, and all paths with what is allowed."""

import io
from collections.abc import Sequence
from typing import Any

from hubcalc.sheets.form import Form, how_to_fill
from hubcalc.sheets.reading import FORM_SHEET
from hubcalc.tables.formats.as_ods import OdsSheet, sheets_ods
from hubmodels.paths import Leaf

_HOW, _PATHS = "How to fill", "Paths"
_PATH_COLUMNS = ("path", "unit", "documented value", "allowed", "description")
_ROWS_TO_FILL = 1_000
"""Rows of the form in which the program says what is allowed."""
_LONGEST_LIST, _LONGEST_MESSAGE = 255, 255
_WIDEST = 60


def form_xlsx(form: Form) -> bytes:
    """Write a form as an Excel workbook, whose cells say what is allowed in them and warn of anything else."""
    import xlsxwriter

    whole = io.BytesIO()
    with xlsxwriter.Workbook(whole, {"in_memory": True}) as workbook:
        bold, grey = workbook.add_format({"bold": True}), workbook.add_format({"italic": True, "font_color": "#666666"})
        sheet = workbook.add_worksheet(FORM_SHEET)
        _write(sheet, 0, form.header, bold)
        for number, row in enumerate(form.documented, 1):
            _write(sheet, number, row, grey)
        sheet.freeze_panes(1, 1)
        for column, header in enumerate(form.header):
            sheet.set_column(column, column, min(max(len(header) + 2, 12), _WIDEST))
        if form.layout == "wide":
            first = len(form.header) - len(form.inputs)
            for column, leaf in enumerate(form.inputs, first):
                start = len(form.documented) + 1
                sheet.data_validation(start, column, _ROWS_TO_FILL, column, validation_of(leaf))
        how = workbook.add_worksheet(_HOW)
        how.set_column(0, 0, 110)
        for number, line in enumerate(how_to_fill(form)):
            how.write_string(number, 0, line, bold if number == 0 else None)
        paths = workbook.add_worksheet(_PATHS)
        for number, row in enumerate(_paths(form)):
            _write(paths, number, row, bold if number == 0 else None)
        paths.freeze_panes(1, 0)
        for column, width in enumerate((50, 14, 18, 44, 70)):
            paths.set_column(column, column, width)
    return whole.getvalue()


def _write(sheet: Any, number: int, row: Sequence[Any], looks: Any) -> None:
    for column, value in enumerate(row):
        if isinstance(value, str):
            # never as a formula, whatever it begins with
            sheet.write_string(number, column, value, looks)
        elif value is not None:
            sheet.write_number(number, column, value, looks)


def validation_of(leaf: Leaf) -> dict[str, Any]:
    """Say what a cell may hold, in the words of XlsxWriter; a warning, since lists and ranges are allowed, too."""
    rules: dict[str, Any] = {"validate": "any"}
    low, high = leaf.lower, leaf.upper
    choices = ",".join(leaf.choices)
    if leaf.type == "choice":
        if len(choices) <= _LONGEST_LIST:
            rules = {"validate": "list", "source": [*leaf.choices]}
    elif low is not None and high is not None and leaf.lower_allowed and leaf.upper_allowed:
        rules = {"criteria": "between", "minimum": low, "maximum": high}
    elif low is not None:
        rules = {"criteria": ">=" if leaf.lower_allowed else ">", "value": low}
    elif high is not None:
        rules = {"criteria": "<=" if leaf.upper_allowed else "<", "value": high}
    if "criteria" in rules:
        rules["validate"] = "integer" if leaf.type == "integer" else "decimal"
    message = f"{leaf.description}: {leaf.allowed}" if leaf.description else leaf.allowed
    return {
        **rules,
        "ignore_blank": True,
        "input_title": "Allowed",
        "input_message": message[:_LONGEST_MESSAGE],
        "error_title": "Not one allowed value",
        "error_message": f"Allowed: {leaf.allowed}"[:_LONGEST_MESSAGE],
        "error_type": "warning",
    }


def form_ods(form: Form) -> bytes:
    """Write a form as an OpenDocument spreadsheet."""
    title, *lines = how_to_fill(form)
    columns, *paths = _paths(form)
    return sheets_ods(
        [
            OdsSheet(FORM_SHEET, form.header, form.documented),
            OdsSheet(_HOW, [title], [[line] for line in lines]),
            OdsSheet(_PATHS, columns, paths),
        ]
    )


def _paths(form: Form) -> list[Sequence[Any]]:
    rows = [(leaf.path, leaf.unit, leaf.value, leaf.allowed, leaf.description) for leaf in form.all_inputs]
    return [_PATH_COLUMNS, *rows]
