"""Sheets as one XML file (.fods), written by hand: what a user has typed, and nothing that hubcalc has made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

NAMESPACES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
    "of": "urn:oasis:names:tc:opendocument:xmlns:of:1.2",
}
CSV_FILTER = "Text - txt - csv (StarCalc)"
HTML_FILTER = "calc_HTML_WebQuery"
LOOKS = {
    "heading": '<style:text-properties fo:font-weight="bold"/>',
    "input": '<style:table-cell-properties fo:background-color="#fff2a8"/>',
}
COMMA, SEMICOLON = 44, 59
ENGLISH, GERMAN = 1033, 1031


@dataclass(frozen=True)
class Formula:
    """A formula in the words of OpenDocument: `COM.MICROSOFT.WEBSERVICE`, cells as `[.A1]`, `;` between arguments."""

    text: str


@dataclass(frozen=True)
class Link:
    """A table at an address, as External Links makes it; where it stands in a cell it fills the cells from there on."""

    address: str
    filter_name: str = CSV_FILTER
    options: str = ""
    part: str = "CSV_all"


def csv_link(address: str, separator: int = COMMA, language: int = ENGLISH) -> Link:
    """Give a link to a CSV: quotes, UTF-8, from the first line on, numbers as in the language."""
    return Link(address, CSV_FILTER, f"{separator},34,76,1,,{language},false,true")


def html_link(address: str, language: int = ENGLISH) -> Link:
    """Give a link to the first table of a page."""
    return Link(address, HTML_FILTER, f"{language} 0", "HTML_1")


@dataclass(frozen=True)
class Look:
    """A value that looks like a heading or like an input."""

    value: "float | str | Formula"
    style: str


Value = float | str | Formula | Link | Look | None
Content = Sequence[Sequence[Value]] | Link
"""Rows of cells, or a link that fills the whole sheet."""


def flat_sheet(tables: Mapping[str, Content], widths: Mapping[str, Sequence[float]] | None = None) -> str:
    """Write a document with these sheets; `widths` are those of a sheet's first columns in centimetres."""
    names = " ".join(f'xmlns:{short}="{name}"' for short, name in NAMESPACES.items())
    parts = [_table(name, content, (widths or {}).get(name, ())) for name, content in tables.items()]
    wide = sorted({width for given in (widths or {}).values() for width in given})
    styles = "".join(
        f'<style:style style:name="width{width:g}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width:g}cm"/></style:style>'
        for width in wide
    )
    styles += "".join(
        f'<style:style style:name="{name}" style:family="table-cell">{properties}</style:style>'
        for name, properties in LOOKS.items()
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document {names} office:version="1.3" '
        'office:mimetype="application/vnd.oasis.opendocument.spreadsheet">'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{''.join(parts)}</office:spreadsheet></office:body></office:document>\n"
    )


def _table(name: str, content: Content, widths: Sequence[float]) -> str:
    if isinstance(content, Link):
        inside = f"<table:table-source {_target(content)}/><table:table-column/><table:table-row><table:table-cell/>"
        return f"<table:table table:name={quoteattr(name)}>{inside}</table:table-row></table:table>"
    columns = "".join(f'<table:table-column table:style-name="width{width:g}"/>' for width in widths)
    rows = "".join(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in content)
    return f"<table:table table:name={quoteattr(name)}>{columns or '<table:table-column/>'}{rows}</table:table>"


def _cell(value: Value) -> str:
    if value is None:
        return "<table:table-cell/>"
    style = ""
    if isinstance(value, Look):
        value, style = value.value, f' table:style-name="{value.style}"'
    if isinstance(value, Formula):
        return f"<table:table-cell{style} table:formula={quoteattr('of:=' + value.text)}/>"
    if isinstance(value, Link):
        area = f'table:name="{value.part}" table:last-column-spanned="1" table:last-row-spanned="1"'
        return f"<table:table-cell><table:cell-range-source {area} {_target(value)}/></table:table-cell>"
    if isinstance(value, str):
        return f'<table:table-cell{style} office:value-type="string" office:string-value={quoteattr(value)}/>'
    return f'<table:table-cell{style} office:value-type="float" office:value="{value!r}"/>'


def _target(link: Link) -> str:
    options = f" table:filter-options={quoteattr(link.options)}" if link.options else ""
    address = f'xlink:type="simple" xlink:href={quoteattr(link.address)}'
    return f"{address} table:filter-name={quoteattr(link.filter_name)}{options}"
