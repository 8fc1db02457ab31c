"""A workbook as a file of Excel."""

import io
from datetime import datetime
from typing import TYPE_CHECKING, Any

from hubcalc.workbooks.formulas import XLSX, written
from hubcalc.workbooks.looks import FACES, FONT
from hubcalc.workbooks.model import CHART_WIDTH, Cell, Chart, Series, Sheet, Style, Validation, Workbook
from hubcalc.workbooks.rules import is_plain, within

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook as File
    from xlsxwriter.worksheet import Worksheet

MADE = datetime(2000, 1, 1)
"""The same bytes whenever it is made."""
_CALCULATED_BY = 191_029
"""Newer than it computes itself: Excel then keeps the values as they are until something changes."""
_LONGEST_CHOICES, _LONGEST_MESSAGE, _LONGEST_TITLE = 255, 255, 32


class _Exact(float):
    """A number that is written with all its digits, where XlsxWriter would write sixteen."""

    def __format__(self, _: str) -> str:
        return repr(float(self))


def write_xlsx(workbook: Workbook) -> bytes:
    """Write a workbook as XLSX.

    Parameters
    ----------
    workbook : Workbook
        The sheets.

    Returns
    -------
    bytes
        The file; the same for the same workbook.
    """
    from xlsxwriter import Workbook as File

    buffer = io.BytesIO()
    with File(buffer, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False}) as file:
        _Writer(file).write(workbook)
    return buffer.getvalue()


class _Writer:
    """One file, and the formats that it has so far."""

    def __init__(self, file: "File") -> None:
        self._file = file
        self._formats: dict[Style, Format] = {}

    def write(self, workbook: Workbook) -> None:
        """Write all sheets."""
        self._file.set_properties(
            {"title": workbook.title, "subject": workbook.subject, "author": "hubcalc", "created": MADE}
        )
        self._file.set_size(2400, 1600)
        self._file.calc_on_load = False
        self._file.calc_id = _CALCULATED_BY
        for sheet in workbook.sheets:
            self._write_sheet(sheet, self._file.add_worksheet(sheet.name))

    def _write_sheet(self, sheet: Sheet, to: "Worksheet") -> None:
        to.hide_gridlines(2)
        if sheet.color:
            to.set_tab_color(sheet.color)
        for column, width in enumerate(sheet.widths):
            to.set_column(column, column, width, None, {"hidden": column in sheet.hidden})
        for row, cells in enumerate(sheet.rows):
            for column, cell in enumerate(cells):
                self._write_cell(to, row, column, cell)
            to.set_row(row, sheet.height(row))
        if sheet.header >= 0:
            to.freeze_panes(sheet.header + 1, sheet.frozen_columns)
            to.autofilter(sheet.header, 0, len(sheet.rows) - 1, sheet.last_filled)
            to.repeat_rows(sheet.header)
        for validation in sheet.validations:
            row, column = validation.row, validation.column
            to.data_validation(row, column, row, column, _rule(sheet, validation))
        for chart in sheet.charts:
            to.insert_chart(
                0, 0, self._chart(chart), {"x_offset": chart.left, "y_offset": chart.top, "object_position": 3}
            )
        _set_up_print(to, 1 if sheet.one_page else 0)

    def _write_cell(self, to: "Worksheet", row: int, column: int, cell: Cell) -> None:
        style, value = self._format(cell.style), cell.value
        if cell.formula is not None:
            to.write_formula(row, column, "=" + written(cell.formula, XLSX), style, value)
        elif cell.link:
            to.write_url(row, column, cell.link, style, str(value))
        elif isinstance(value, int | float):
            to.write_number(row, column, _Exact(value) if isinstance(value, float) else value, style)
        elif value is None:
            to.write_blank(row, column, None, style)
        else:
            to.write_string(row, column, value, style)
        if cell.note:
            to.write_comment(row, column, cell.note, {"author": "hubcalc", "width": 260, "height": 70})

    def _format(self, style: Style) -> "Format":
        if style not in self._formats:
            self._formats[style] = self._file.add_format(_properties(style))
        return self._formats[style]

    def _chart(self, chart: Chart) -> Any:
        kinds = {
            "bars": {"type": "bar"},
            "stacked": {"type": "bar", "subtype": "stacked"},
            "lines": {"type": "scatter", "subtype": "straight"},
        }
        made: Any = self._file.add_chart(kinds[chart.kind])
        for series in chart.series:
            made.add_series(_series(chart, series))
        grid = {"visible": True, "line": {"color": "#E5E5E5"}}
        percent = {"num_format": "0%"} if chart.percent else {}
        values: dict[str, Any] = {"name": chart.values_title, "min": 0, "major_gridlines": grid, **percent}
        if chart.most is not None:
            values |= {"max": chart.most, "num_format": "#,##0.##"}
        # the categories of bars stand on what is the y axis of lines
        if chart.kind == "lines":
            across: dict[str, Any] = {"name": chart.across_title, "min": 0, "major_gridlines": {"visible": False}}
            if chart.most_across is not None:
                across |= {"max": chart.most_across, "num_format": "#,##0.##"}
            made.set_x_axis(across)
            made.set_y_axis(values)
        else:
            made.set_x_axis(values)
            made.set_y_axis({"reverse": True, "crossing": "max", "major_gridlines": {"visible": False}})
        made.set_title({"name": chart.title, "name_font": {"size": 13, "color": "#1F3864"}})
        made.set_legend({"none": True} if len(chart.series) == 1 else {"position": "bottom"})
        made.set_size({"width": CHART_WIDTH, "height": chart.height})
        return made


def _properties(style: Style) -> dict[str, Any]:
    face = FACES[style.look]
    given: dict[str, Any] = {"font_name": FONT, "font_size": face.size, "font_color": face.color, "valign": "top"}
    if face.bold:
        given["bold"] = True
    if face.fill:
        given["bg_color"] = face.fill
    if face.border:
        given |= {"border": 1, "border_color": face.border}
    if face.wrap:
        given["text_wrap"] = True
    if face.align != "general":
        given |= {"align": face.align, "indent": 1}
    if style.percent:
        given["num_format"] = "0.0%"
    elif style.decimals is not None:
        given["num_format"] = "#,##0" + ("." + "0" * style.decimals if style.decimals else "")
    return given


def _rule(sheet: Sheet, validation: Validation) -> dict[str, Any]:
    """Say what an input takes."""
    rule: dict[str, Any] = {
        "ignore_blank": True,
        "input_title": validation.title if len(validation.title) <= _LONGEST_TITLE else "",
        "input_message": _cut(validation.message, _LONGEST_MESSAGE),
        "error_title": "Not allowed",
        "error_message": _cut(validation.message, _LONGEST_MESSAGE),
    }
    if validation.kind == "choice":
        if len(",".join(validation.choices)) > _LONGEST_CHOICES:
            return {**rule, "validate": "any"}
        return {**rule, "validate": "list", "source": list(validation.choices)}
    if not is_plain(validation):
        return {**rule, "validate": "custom", "value": "=" + written(within(sheet, validation), XLSX)}
    kind = "integer" if validation.kind == "integer" else "decimal"
    return {
        **rule,
        "validate": kind,
        "criteria": "between",
        "minimum": validation.lower,
        "maximum": validation.upper,
    }


def _series(chart: Chart, series: Series) -> dict[str, Any]:
    given: dict[str, Any] = {
        "name": "=" + written(series.name, XLSX),
        "categories": "=" + written(series.across, XLSX),
        "values": "=" + written(series.values, XLSX),
    }
    if chart.kind == "lines":
        line = {"color": series.color, "width": 2}
        return given | {"line": {**line, "dash_type": "dash"} if series.dashed else line, "marker": {"type": "none"}}
    return given | {"fill": {"color": series.color}, "border": {"none": True}, "gap": 60}


def _set_up_print(to: "Worksheet", pages_high: int) -> None:
    to.set_landscape()
    to.set_paper(9)  # A4
    to.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    to.fit_to_pages(1, pages_high)
    to.set_footer("&L&A&C&F&R&P / &N")


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
