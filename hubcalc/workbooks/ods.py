"""A workbook as an OpenDocument spreadsheet.

It is written as XML, with charts, rules for inputs and frozen rows; its bytes depend on what it holds alone.
"""

import io
import zipfile
from collections.abc import Iterator, Set
from xml.sax.saxutils import escape, quoteattr

from hubcalc.workbooks.formulas import ODF, address, column_letters, written
from hubcalc.workbooks.model import CHART_WIDTH, Chart, Sheet, Workbook
from hubcalc.workbooks.ods_charts import CM_OF_PIXEL, chart_object, shown_ranges
from hubcalc.workbooks.ods_styles import MIMETYPE, NAMESPACES, Styles, settings_xml, styles_xml
from hubcalc.workbooks.rules import condition

_EPOCH = (1980, 1, 1, 0, 0, 0)
_MADE = "2000-01-01T00:00:00"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def write_ods(workbook: Workbook) -> bytes:
    """Write a workbook as ODS.

    Parameters
    ----------
    workbook : Workbook
        The sheets.

    Returns
    -------
    bytes
        The file; the same for the same workbook.
    """
    styles, objects = Styles(), list[str]()
    tables = "".join(_table(sheet, styles, objects) for sheet in workbook.sheets)
    body = f"<office:spreadsheet>{_validations(workbook)}{tables}{_filters(workbook)}</office:spreadsheet>"
    content = (
        f'{_HEAD}<office:document-content {NAMESPACES} office:version="1.3">{styles.automatic()}'
        f"<office:body>{body}</office:body></office:document-content>"
    )
    files = {
        "content.xml": content,
        "styles.xml": styles_xml(),
        "settings.xml": settings_xml(workbook),
        "meta.xml": _meta(workbook),
    }
    for number, chart in enumerate(objects, start=1):
        files[f"Object {number}/content.xml"] = chart
    files["META-INF/manifest.xml"] = _manifest(files, len(objects))
    return _zipped(files)


def _zipped(files: dict[str, str]) -> bytes:
    """Pack the files; the type comes first and is not compressed, so that it can be read without unpacking."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("mimetype", _EPOCH), MIMETYPE, zipfile.ZIP_STORED)
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), text, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _manifest(files: dict[str, str], charts: int) -> str:
    entries = [("/", MIMETYPE), *((name, "text/xml") for name in files)]
    entries += [(f"Object {i}/", "application/vnd.oasis.opendocument.chart") for i in range(1, charts + 1)]
    lines = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"/>' for name, kind in entries
    )
    space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    return f'{_HEAD}<manifest:manifest xmlns:manifest="{space}" manifest:version="1.3">{lines}</manifest:manifest>'


def _meta(workbook: Workbook) -> str:
    said = (
        f"<meta:generator>hubcalc</meta:generator><dc:title>{escape(workbook.title)}</dc:title>"
        f"<dc:subject>{escape(workbook.subject)}</dc:subject>"
        f"<meta:creation-date>{_MADE}</meta:creation-date><dc:date>{_MADE}</dc:date>"
    )
    return (
        f'{_HEAD}<office:document-meta {NAMESPACES} office:version="1.3">'
        f"<office:meta>{said}</office:meta></office:document-meta>"
    )


def _table(sheet: Sheet, styles: Styles, objects: list[str]) -> str:
    """Write a sheet; its charts are added to the objects."""
    shapes = "".join(_frame(chart, objects) for chart in sheet.charts)
    columns = "".join(
        f'<table:table-column table:style-name="{styles.column(width)}"'
        + (' table:visibility="collapse"/>' if column in sheet.hidden else "/>")
        for column, width in enumerate(sheet.widths)
    )
    ruled = {(rule.row, rule.column) for rule in sheet.validations}
    rows = [_row(sheet, row, styles, ruled) for row in range(len(sheet.rows))]
    if sheet.header >= 0:
        rows[sheet.header] = f"<table:table-header-rows>{rows[sheet.header]}</table:table-header-rows>"
    return (
        f"<table:table table:name={quoteattr(sheet.name)} table:style-name={quoteattr(styles.table(sheet))}>"
        f"{f'<table:shapes>{shapes}</table:shapes>' if shapes else ''}{columns}{''.join(rows)}</table:table>"
    )


def _row(sheet: Sheet, row: int, styles: Styles, ruled: Set[tuple[int, int]]) -> str:
    cells = "".join(_cell(sheet, row, column, styles, ruled) for column in range(len(sheet.rows[row])))
    style = styles.row(sheet.height(row))
    return f'<table:table-row table:style-name="{style}">{cells or "<table:table-cell/>"}</table:table-row>'


def _cell(sheet: Sheet, row: int, column: int, styles: Styles, ruled: Set[tuple[int, int]]) -> str:
    cell = sheet.rows[row][column]
    attributes = [f'table:style-name="{styles.cell(cell.style)}"']
    if cell.formula is not None:
        attributes.append(f"table:formula={quoteattr('of:=' + written(cell.formula, ODF))}")
    if (row, column) in ruled:
        attributes.append(f'table:content-validation-name="{_rule_name(sheet, row)}"')
    value, inside = cell.value, ""
    if isinstance(value, int | float):
        attributes += ['office:value-type="float"', f'office:value="{value!r}"']
        inside = f"<text:p>{value!r}</text:p>"
    elif value is not None:
        attributes.append('office:value-type="string"')
        told = escape(value).replace("  ", " <text:s/>")
        if cell.link:
            told = f'<text:a xlink:type="simple" xlink:href={quoteattr(cell.link)}>{told}</text:a>'
        elif cell.formula is not None:
            attributes.append(f"office:string-value={quoteattr(value)}")
        inside = f"<text:p>{told}</text:p>"
    if cell.note:
        inside = f"<office:annotation><text:p>{escape(cell.note)}</text:p></office:annotation>{inside}"
    return f"<table:table-cell {' '.join(attributes)}>{inside}</table:table-cell>"


def _frame(chart: Chart, objects: list[str]) -> str:
    objects.append(chart_object(chart))
    width, height, left, top = (
        f"{pixels * CM_OF_PIXEL:.3f}cm" for pixels in (CHART_WIDTH, chart.height, chart.left, chart.top)
    )
    return (
        f'<draw:frame draw:style-name="plain" svg:x="{left}" svg:y="{top}" svg:width="{width}" svg:height="{height}">'
        f'<draw:object xlink:href="./Object {len(objects)}" xlink:type="simple" xlink:show="embed" '
        f'xlink:actuate="onLoad" draw:notify-on-update-of-ranges={quoteattr(shown_ranges(chart))}/></draw:frame>'
    )


def _rule_name(sheet: Sheet, row: int) -> str:
    return f"rule-{sheet.name.replace(' ', '-').lower()}-{row}"


def _validations(workbook: Workbook) -> str:
    """Write the rules for inputs."""
    rules = "".join(_rules(workbook))
    return f"<table:content-validations>{rules}</table:content-validations>" if rules else ""


def _rules(workbook: Workbook) -> Iterator[str]:
    for sheet in workbook.sheets:
        for rule in sheet.validations:
            message = f"<text:p>{escape(rule.message)}</text:p>"
            base = f"$'{sheet.name}'.{address(rule.row, rule.column)}"
            yield (
                f'<table:content-validation table:name="{_rule_name(sheet, rule.row)}" '
                f"table:condition={quoteattr('of:' + condition(sheet, rule))} "
                f'table:allow-empty-cell="true" table:base-cell-address={quoteattr(base)} '
                'table:display-list="unsorted">'
                f'<table:help-message table:title={quoteattr(rule.title)} table:display="true">{message}'
                '</table:help-message><table:error-message table:title="Not allowed" table:message-type="stop" '
                f'table:display="true">{message}</table:error-message></table:content-validation>'
            )


def _filters(workbook: Workbook) -> str:
    """Write the headers by which tables can be filtered."""
    ranges = "".join(
        f'<table:database-range table:name="filter-{number}" table:target-range-address='
        + quoteattr(
            f"'{sheet.name}'.A{sheet.header + 1}:'{sheet.name}'.{column_letters(sheet.last_filled)}{len(sheet.rows)}"
        )
        + ' table:display-filter-buttons="true"/>'
        for number, sheet in enumerate(workbook.sheets)
        if sheet.header >= 0
    )
    return f"<table:database-ranges>{ranges}</table:database-ranges>" if ranges else ""
