"""Tables in the formats that spreadsheets and scripts read: one clean rectangle, units in the header."""

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args
from xml.etree import ElementTree

Format = Literal["json", "csv", "tsv", "txt", "xml"]
FORMATS: tuple[Format, ...] = get_args(Format)

MEDIA_TYPES: dict[Format, str] = {
    "json": "application/json",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "txt": "text/plain",
    "xml": "application/xml",
}
"""Litestar adds the charset to those that are text; XML names it inside."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its name and, where it holds numbers, their unit."""

    name: str
    unit: str = ""

    @property
    def header(self) -> str:
        """Name with the unit in brackets."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name


@dataclass(frozen=True, slots=True)
class Table:
    """A rectangle of values; `item` names one row."""

    item: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]


def render(table: Table, format_: Format) -> bytes:
    """Write a table in a format."""
    return _WRITERS[format_](table).encode()


def cell_text(value: object) -> str:
    """Write one value for a cell: nothing for None, numbers with a dot and all their digits.

    A number never has exactly three decimals, which a German sheet would take for thousands. Texts that a spreadsheet
    would run as a formula are defused with an apostrophe.

    >>> cell_text(1.234), cell_text(2), cell_text(None), cell_text("=1+1")
    ('1.2340', '2', '', "'=1+1")
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        text = repr(value)
        _, _, decimals = text.partition(".")
        return text + "0" if len(decimals) == 3 and decimals.isdigit() else text
    if isinstance(value, int):
        return str(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


def _json(table: Table) -> str:
    items = [dict(zip((column.name for column in table.columns), row, strict=True)) for row in table.rows]
    units = {column.name: column.unit for column in table.columns if column.unit}
    return json.dumps({"items": items, "units": units}, ensure_ascii=False, allow_nan=False)


def _delimited(delimiter: str) -> Callable[[Table], str]:
    def write(table: Table) -> str:
        out = io.StringIO()
        writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
        writer.writerow(column.header for column in table.columns)
        writer.writerows([cell_text(value) for value in row] for row in table.rows)
        return out.getvalue()

    return write


def _text(table: Table) -> str:
    lines = [[column.header for column in table.columns]]
    lines += [[" ".join(cell_text(value).split()) for value in row] for row in table.rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(table.columns))]
    return "".join("  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() + "\n" for line in lines)


def _xml(table: Table) -> str:
    """Write XML without a namespace, which FILTERXML needs."""
    root = ElementTree.Element("table")
    for row in table.rows:
        element = ElementTree.SubElement(root, table.item)
        for column, value in zip(table.columns, row, strict=True):
            child = ElementTree.SubElement(element, column.name)
            if column.unit:
                child.set("unit", column.unit)
            child.text = _NOT_IN_XML.sub("\ufffd", cell_text(value))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


_WRITERS: dict[Format, Callable[[Table], str]] = {
    "json": _json,
    "csv": _delimited(","),
    "tsv": _delimited("\t"),
    "txt": _text,
    "xml": _xml,
}
