"""Charts by suffix or `format=`, like the formats of tables: pictures (SVG, PNG) and the specification itself."""

from collections.abc import Callable, Mapping
from typing import Any, Literal, get_args

import msgspec
from litestar import Response

from hubcalc.api.caching import CACHE_CONTROL, answer, tag
from hubcalc.api.parameters import Query, choice
from hubcalc.errors import ParameterError, Problem, RefusedError
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
    named, suffix = query.named.get("format"), query.suffix
    if named is not None and suffix not in (None, named):
        message = "the suffix says another format"
        raise ParameterError.of(Problem(message, parameter="format", given=named, allowed=suffix))
    return choice("format", named or suffix or "json", (*FORMATS, *PICTURES))


def written(
    format_: Format | Picture,
    etag: str | None = None,
    headers: Mapping[str, str] | None = None,
    *,
    json: Callable[[], bytes],
    table: Callable[[], Table],
    chart: Callable[[], Chart | None],
) -> Response[bytes]:
    """Send a result in the format asked for; without an ETag it is made from what is sent.

    Raises
    ------
    RefusedError
        If a chart is asked for and there is none, or nothing that draws it.
    """
    further = dict(headers or {})
    if format_ == "svg" or format_ == "png" or format_ == "vega":
        picture = draw(chart(), format_)
        return picture_answer(picture, format_, etag or tag(picture), further)
    content = json() if format_ == "json" else render(table(), format_)
    return answer(content, format_, etag or tag(content), further)


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
    sent = {"ETag": etag, "Cache-Control": CACHE_CONTROL, **(headers or {})}
    return Response(content, media_type=MEDIA_TYPES[picture], headers=sent)
