"""The writers of all formats, by name."""

from collections.abc import Callable, Iterator
from typing import Literal, get_args

from hubcalc.tables.formats.as_html import html_parts
from hubcalc.tables.formats.as_json import json_parts
from hubcalc.tables.formats.as_ods import ods_parts
from hubcalc.tables.formats.as_text import aligned_parts, csv_parts, tsv_parts
from hubcalc.tables.formats.as_xlsx import xlsx_parts
from hubcalc.tables.formats.as_xml import xml_parts
from hubcalc.tables.layouts import Layout, Rows, laid_out
from hubcalc.tables.rectangles import Table

Format = Literal["json", "csv", "tsv", "txt", "xml", "html", "xlsx", "ods"]
FORMATS: tuple[Format, ...] = get_args(Format)

MEDIA_TYPES: dict[Format, str] = {
    "json": "application/json",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "txt": "text/plain",
    "xml": "application/xml",
    "html": "text/html",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
"""Litestar adds the charset to those that are text; XML names it inside."""
STREAMED: frozenset[Format] = frozenset({"csv", "tsv", "xml", "html"})
"""Formats that are written as the rows come; the others need all of them."""

Writer = Callable[[Table, Rows, Layout], Iterator[bytes]]

_WRITERS: dict[Format, Writer] = {
    "json": json_parts,
    "csv": csv_parts,
    "tsv": tsv_parts,
    "txt": aligned_parts,
    "xml": xml_parts,
    "html": html_parts,
    "xlsx": xlsx_parts,
    "ods": ods_parts,
}
_USUAL = Layout()


def render(table: Table, format_: Format, layout: Layout = _USUAL) -> bytes:
    r"""Write a table.

    Parameters
    ----------
    table : Table
        The table, wide.
    format_ : str
        One of `FORMATS`.
    layout : Layout, optional
        How it is laid out; JSON has one layout only.

    Returns
    -------
    bytes
        The same for the same table and layout, for ever.

    Raises
    ------
    ParameterError
        If the layout wants a column that the table does not have.
    RefusedError
        If the table is larger than a spreadsheet can be.

    Examples
    --------
    >>> from hubcalc.tables import Column
    >>> render(Table("stage", [Column("stage"), Column("wait", "h")], [["gate", 1.5]]), "csv", Layout(dialect="eu"))
    b'stage;wait [h]\r\ngate;1,5\r\n'
    """
    return b"".join(parts(table, format_, layout))


def parts(table: Table, format_: Format, layout: Layout = _USUAL, rows: Rows | None = None) -> Iterator[bytes]:
    """Write a table part by part, see `render`; `rows` stand in place of its own, and need not all be in memory."""
    columns, given = laid_out(table, layout, rows)
    return _WRITERS[format_](Table(table.item, columns, ()), given, layout)
