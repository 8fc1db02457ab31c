"""Tables as OpenDocument spreadsheets [1]_: typed numbers, a header that stays in view, texts that are never formulas.

They are written as a stream: a document tree of a large table would take a hundred times its size.

References
----------
.. [1] OASIS, "Open Document Format for Office Applications (OpenDocument) Version 1.3" (2021).
"""

import io
import math
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from hubcalc.tables.formats.sizes import within_a_sheet
from hubcalc.tables.formats.texts import NOT_IN_XML, number_text, plain_text
from hubcalc.tables.layouts import Layout, Rows
from hubcalc.tables.rectangles import Table

_MEDIA_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_DATE = (1980, 1, 1, 0, 0, 0)
"""The same in all files, so that the same request gives the same bytes."""
_SPACE_PER_CHARACTER_CM = 0.22
_WIDTHS_CM = (2.3, 12.0)
_SPACES = re.compile(r"^ +| {2,}| +$")

_MANIFEST = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">
<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{_MEDIA_TYPE}"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
<manifest:file-entry manifest:full-path="settings.xml" manifest:media-type="text/xml"/>
</manifest:manifest>
"""
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-settings xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:config="urn:oasis:names:tc:opendocument:xmlns:config:1.0" office:version="1.3"><office:settings>
<config:config-item-set config:name="ooo:view-settings" xmlns:ooo="http://openoffice.org/2004/office">
<config:config-item-map-indexed config:name="Views"><config:config-item-map-entry>
<config:config-item-map-named config:name="Tables">{sheets}</config:config-item-map-named>
</config:config-item-map-entry></config:config-item-map-indexed></config:config-item-set>
</office:settings></office:document-settings>
"""
_VIEW = """<config:config-item-map-entry config:name={name}>
<config:config-item config:name="VerticalSplitMode" config:type="short">{mode}</config:config-item>
<config:config-item config:name="VerticalSplitPosition" config:type="int">{rows}</config:config-item>
<config:config-item config:name="ActiveSplitRange" config:type="short">2</config:config-item>
<config:config-item config:name="PositionBottom" config:type="int">{rows}</config:config-item>
</config:config-item-map-entry>"""
_BEFORE = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" office:version="1.3">
<office:automatic-styles>
<style:style style:name="head" style:family="table-cell"><style:text-properties fo:font-weight="bold"/></style:style>
{styles}</office:automatic-styles>
<office:body><office:spreadsheet>"""
_AFTER = "</office:spreadsheet></office:body></office:document-content>\n"


@dataclass(frozen=True, slots=True)
class OdsSheet:
    """A sheet of a document: its name, the headers that its columns are as wide as, and its rows."""

    name: str
    headers: Sequence[str]
    rows: Rows
    header: bool = True
    """Whether the headers are its first row, which stays in view."""


def ods_parts(table: Table, rows: Rows, layout: Layout) -> Iterator[bytes]:
    """Write a document with one sheet; rows are written as they come."""
    headers = [column.header for column in table.columns]
    yield sheets_ods([OdsSheet(table.item, headers, rows, layout.header)])


def sheets_ods(sheets: Sequence[OdsSheet]) -> bytes:
    """Write a document with some sheets."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        # first and not compressed, so that the kind of file can be told by its first bytes
        archive.writestr(zipfile.ZipInfo("mimetype", _DATE), _MEDIA_TYPE, zipfile.ZIP_STORED)
        _add(archive, "META-INF/manifest.xml", [_MANIFEST])
        _add(archive, "settings.xml", [_SETTINGS.format(sheets="".join(map(_view, sheets)))])
        _add(archive, "content.xml", _content(sheets))
    return sink.getvalue()


def _view(sheet: OdsSheet) -> str:
    mode, rows = (2, 1) if sheet.header else (0, 0)
    return _VIEW.format(name=quoteattr(_allowed(sheet.name)), mode=mode, rows=rows)


def _add(archive: zipfile.ZipFile, name: str, content: Any) -> None:
    info = zipfile.ZipInfo(name, _DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(info, "w", force_zip64=True) as file:
        for part in content:
            file.write(part.encode())


def _content(sheets: Sequence[OdsSheet]) -> Iterator[str]:
    yield _BEFORE.format(
        styles="".join(
            f'<style:style style:name="co{place}-{i}" style:family="table-column"><style:table-column-properties '
            f'style:column-width="{_width_cm(header):.2f}cm"/></style:style>\n'
            for place, sheet in enumerate(sheets)
            for i, header in enumerate(sheet.headers)
        )
    )
    for place, sheet in enumerate(sheets):
        yield f"<table:table table:name={quoteattr(_allowed(sheet.name))}>\n"
        for i in range(len(sheet.headers)):
            yield f'<table:table-column table:style-name="co{place}-{i}"/>\n'
        if sheet.header:
            cells = "".join(_text_cell(header, ' table:style-name="head"') for header in sheet.headers)
            yield f"<table:table-row>{cells}</table:table-row>\n"
        for row in within_a_sheet(len(sheet.headers), sheet.rows, header=sheet.header):
            yield f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>\n"
        yield "</table:table>\n"
    yield _AFTER


def _cell(value: Any) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, bool):
        text = "true" if value else "false"
        return (
            f'<table:table-cell office:value-type="boolean" office:boolean-value="{text}">'
            f"<text:p>{text.upper()}</text:p></table:table-cell>"
        )
    if isinstance(value, int | float) and math.isfinite(value):
        text = str(value) if isinstance(value, int) else repr(float(value))
        shown = f"<text:p>{text}</text:p>"
        return f'<table:table-cell office:value-type="float" office:value="{text}">{shown}</table:table-cell>'
    return _text_cell(number_text(value) if isinstance(value, float) else plain_text(value))


def _text_cell(text: str, style: str = "") -> str:
    lines = "".join(f"<text:p>{_line(line)}</text:p>" for line in re.split(r"\r\n|\r|\n", _allowed(text)))
    return f'<table:table-cell{style} office:value-type="string">{lines}</table:table-cell>'


def _line(text: str) -> str:
    """Write a line of a text: spaces beside each other and tabs have elements of their own."""
    spaced = _SPACES.sub(lambda match: f'<text:s text:c="{len(match[0])}"/>', escape(text))
    return spaced.replace("\t", "<text:tab/>")


def _allowed(text: str) -> str:
    return NOT_IN_XML.sub("\ufffd", text)


def _width_cm(header: str) -> float:
    least, most = _WIDTHS_CM
    return min(max(_SPACE_PER_CHARACTER_CM * len(header) + 0.4, least), most)
