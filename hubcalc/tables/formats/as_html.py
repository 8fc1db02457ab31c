"""Tables as a page with one table, for Power Query, IMPORTHTML and LibreOffice's links.

Numbers are written twice: as text in the cell, and in `sdval`, by which LibreOffice knows them in every locale. There
is no caption: LibreOffice makes it a row, or a part of the first header.
"""

import re
from collections.abc import Iterator
from html import escape
from itertools import islice

from hubcalc.tables.formats.texts import NOT_IN_XML, cell_text, defused
from hubcalc.tables.layouts import Layout, Rows
from hubcalc.tables.rectangles import Table

_BLOCK = 1_000
_LIKE_A_NUMBER = re.compile(r"\s*['.,0-9]")
"""Texts that a spreadsheet may take for a number or a date."""
_HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>
table {{ border-collapse: collapse; }}
th, td {{ padding: 0.2em 0.6em; border-bottom: 1px solid #ccc; text-align: left; }}
td[sdval] {{ text-align: right; }}
</style>
</head>
<body>
<table>
"""


def html_parts(table: Table, rows: Rows, layout: Layout) -> Iterator[bytes]:
    """Write a page with one table."""
    yield _HEAD.format(title=escape(f"hubcalc: {table.item}")).encode()
    if layout.header:
        headers = "".join(f"<th>{_text(defused(column.header))}</th>" for column in table.columns)
        yield f"<thead>\n<tr>{headers}</tr>\n</thead>\n".encode()
    yield b"<tbody>\n"
    given = iter(rows)
    while block := [*islice(given, _BLOCK)]:
        lines = (f"<tr>{''.join(_cell(value, layout) for value in row)}</tr>\n" for row in block)
        yield "".join(lines).encode()
    yield b"</tbody>\n</table>\n</body>\n</html>\n"


def _cell(value: object, layout: Layout) -> str:
    text = _text(cell_text(value, layout.mark))
    if isinstance(value, int | float) and not isinstance(value, bool) and "inf" not in text:
        # 1033 is en-US: the language that `sdval` is written in
        return f'<td sdval="{float(value)!r}" sdnum="1033;">{text}</td>'
    return f'<td sdnum="1033;0;@">{text}</td>' if _LIKE_A_NUMBER.match(text) else f"<td>{text}</td>"


def _text(text: str) -> str:
    return escape(NOT_IN_XML.sub("\ufffd", text))
