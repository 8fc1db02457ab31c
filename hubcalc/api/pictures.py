"""Results in the format asked for: as JSON, as a table in its layout, or as a chart.

Charts have suffixes like the formats of tables: pictures (SVG, PNG) and the specification itself.
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal, get_args

import msgspec
from litestar import Response

from hubcalc.api.caching import answer, sent, tag
from hubcalc.api.parameters import Query
from hubcalc.errors import Problem, RefusedError
from hubcalc.tables import FORMATS, Format, Table, render

Picture = Literal["svg", "png", "vega"]
PICTURES: tuple[Picture, ...] = get_args(Picture)
MEDIA_TYPES: dict[Picture, str] = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "vega": "application/vnd.vegalite.v5+json",
}
Chart = Mapping[str, Any]


def table_or_picture(query: Query) -> Format | Picture:
    """Give the format where charts may be asked for, too; JSON by default."""
    chosen = query.format_of((*FORMATS, *PICTURES)) or "json"
    query.check_layout(chosen)
    return chosen


def result_answer(
    query: Query,
    etag: str | None = None,
    headers: Mapping[str, str] | None = None,
    *,
    fields_are_columns: bool | None = None,
    json: Callable[[], bytes],
    table: Callable[[], Table],
    chart: Callable[[], Chart | None],
) -> Response[bytes]:
    """Send a result in the format and the layout asked for; without an ETag it is made from what is sent.

    Raises
    ------
    RefusedError
        If a chart is asked for and there is none, or nothing that draws it; or if a table is too large for a format.
    """
    format_ = table_or_picture(query)
    if format_ == "svg" or format_ == "png" or format_ == "vega":
        picture = draw(chart(), format_)
        return picture_answer(picture, format_, etag or tag(picture), headers)
    if format_ == "json":
        content = json()
        return answer(content, format_, etag or tag(content), headers)
    return table_answer(query, format_, table(), etag, headers, fields_are_columns=fields_are_columns)


def table_answer(
    query: Query,
    format_: Format,
    table: Table,
    etag: str | None = None,
    headers: Mapping[str, str] | None = None,
    *,
    fields_are_columns: bool | None = None,
) -> Response[bytes]:
    """Send a table in the layout asked for; without an ETag it is made from what is sent."""
    content = render(table, format_, query.layout(format_, fields_are_columns=fields_are_columns))
    return answer(content, format_, etag or tag(content), {**(headers or {}), **disposition(query, format_)})


def disposition(query: Query, format_: Format) -> dict[str, str]:
    """Name the file that a table is kept in, if it is to be kept as one."""
    if not query.layout(format_).attachment:
        return {}
    return {"Content-Disposition": f'attachment; filename="{query.file_name(format_)}"'}


def draw(chart: Chart | None, picture: Picture) -> bytes:
    """Draw a chart, or write its specification.

    Raises
    ------
    RefusedError
        If there is no chart, or nothing that draws it.
    """
    if chart is None:
        hint = "there must be numbers to show, of calculators over an input that varies; JSON says which have a value"
        allowed = ", ".join(FORMATS)
        problem = Problem("there is no chart of this", parameter="format", given=picture, allowed=allowed, hint=hint)
        raise RefusedError.of(problem)
    if picture == "vega":
        return msgspec.json.encode(chart)
    from hubcalc.charts import pictures

    return pictures.png(chart) if picture == "png" else pictures.svg(chart).encode()


def picture_answer(
    content: bytes, picture: Picture, etag: str, headers: Mapping[str, str] | None = None
) -> Response[bytes]:
    """Send a chart."""
    return sent(content, MEDIA_TYPES[picture], etag, headers)
