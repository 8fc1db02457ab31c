"""Tables as text: values separated by commas, semicolons or tabs, or columns set below each other."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from hubcalc.tables.formats.texts import AFTER_BREAK, cell_text
from hubcalc.tables.layouts import Layout, Rows
from hubcalc.tables.rectangles import Table

_BLOCK = 1_000
"""Rows that are written at once."""
_BYTE_ORDER_MARK = "\ufeff"
"""By it Excel knows that a file it opens by a double click is UTF-8; what imports a table would keep it in a header."""
_WHERE_BROKEN = {
    ",": re.compile(rf"([;\t\r\n])({AFTER_BREAK})"),
    ";": re.compile(rf"([,\t\r\n])({AFTER_BREAK})"),
    "\t": re.compile(rf"([,;\r\n])({AFTER_BREAK})"),
}
"""Where a program that takes another separator than is meant breaks a text in two, and what follows is a formula."""


def csv_parts(table: Table, rows: Rows, layout: Layout) -> Iterator[bytes]:
    """Write values separated by commas or semicolons (RFC 4180)."""
    return _separated(";" if layout.dialect == "eu" else ",", table, rows, layout)


def tsv_parts(table: Table, rows: Rows, layout: Layout) -> Iterator[bytes]:
    """Write values separated by tabs."""
    return _separated("\t", table, rows, layout)


def _separated(separator: str, table: Table, rows: Rows, layout: Layout) -> Iterator[bytes]:
    broken = _WHERE_BROKEN[separator]

    def cells(row: Sequence[object]) -> Iterator[str]:
        for value in row:
            text = cell_text(value, layout.mark)
            yield broken.sub(r"\1'", text) if isinstance(value, str) else text

    if layout.attachment:
        yield _BYTE_ORDER_MARK.encode()
    if layout.header:
        yield _block(separator, [cells([column.header for column in table.columns])])
    given = iter(rows)
    while block := [*islice(given, _BLOCK)]:
        yield _block(separator, (cells(row) for row in block))


def _block(separator: str, rows: Iterable[Iterable[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode(errors="replace")


def aligned_parts(table: Table, rows: Rows, layout: Layout) -> Iterator[bytes]:
    """Write columns for reading, set below each other."""
    headers = [[column.header for column in table.columns]] if layout.header else []
    lines = [[" ".join(cell_text(value, layout.mark).split()) for value in row] for row in chain(headers, rows)]
    widths = [max((len(line[i]) for line in lines), default=0) for i in range(len(table.columns))]
    text = "".join("  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() + "\n" for line in lines)
    yield ((_BYTE_ORDER_MARK if layout.attachment else "") + text).encode(errors="replace")
