"""Tables as JSON: one object a row."""

import json
from collections.abc import Iterator

from hubcalc.tables.layouts import Layout, Rows
from hubcalc.tables.rectangles import Table


def json_parts(table: Table, rows: Rows, _: Layout) -> Iterator[bytes]:
    """Write rows as objects, and the units of their values."""
    items = [dict(zip((column.name for column in table.columns), row, strict=True)) for row in rows]
    units = {column.name: column.unit for column in table.columns if column.unit}
    yield json.dumps({"items": items, "units": units}, ensure_ascii=False, allow_nan=False).encode(errors="replace")
