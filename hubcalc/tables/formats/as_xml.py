"""Tables as XML, for FILTERXML: no namespace, and the names of columns as elements."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from hubcalc.tables.formats.texts import NOT_IN_XML, cell_text
from hubcalc.tables.layouts import Layout, Rows
from hubcalc.tables.rectangles import Table

_NOT_IN_NAMES = re.compile(r"[^\w.-]", re.ASCII)
_NOT_AT_START = re.compile(r"[0-9.-]")


def xml_parts(table: Table, rows: Rows, layout: Layout) -> Iterator[bytes]:
    """Write one element a row, and in it one a value with its unit as an attribute."""
    names = [_element(column.name) for column in table.columns]
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n<table>\n'
    for row in rows:
        element = ElementTree.Element(_element(table.item))
        for column, name, value in zip(table.columns, names, row, strict=True):
            child = ElementTree.SubElement(element, name)
            if column.unit:
                child.set("unit", column.unit)
            child.text = NOT_IN_XML.sub("\ufffd", cell_text(value, layout.mark))
        ElementTree.indent(element, level=1)
        yield f"  {ElementTree.tostring(element, encoding='unicode')}\n".encode()
    yield b"</table>\n"


def _element(name: str) -> str:
    """Make the name of an element.

    >>> _element("stages.front.cranes"), _element("90 %")
    ('stages.front.cranes', '_90__')
    """
    allowed = _NOT_IN_NAMES.sub("_", name) or "_"
    return f"_{allowed}" if _NOT_AT_START.match(allowed) else allowed
