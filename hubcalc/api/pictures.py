"""Pictures of charts: SVG and PNG, by suffix or `format=` like the formats of tables."""

from typing import Any, Literal, get_args

from litestar import Response

from hubcalc.api.caching import CACHE_CONTROL
from hubcalc.api.parameters import Query, choice
from hubcalc.errors import ParameterError, Problem, RefusedError
from hubcalc.tables import FORMATS, Format

Picture = Literal["svg", "png"]
PICTURES: tuple[Picture, ...] = get_args(Picture)
MEDIA_TYPES: dict[Picture, str] = {"svg": "image/svg+xml", "png": "image/png"}


def table_or_picture(query: Query) -> Format | Picture:
    """Give the format where pictures may be asked for, too; JSON by default."""
    named, suffix = query.named.get("format"), query.suffix
    if named is not None and suffix not in (None, named):
        message = "the suffix says another format"
        raise ParameterError.of(Problem(message, parameter="format", given=named, allowed=suffix))
    return choice("format", named or suffix or "json", (*FORMATS, *PICTURES))


def draw(chart: dict[str, Any] | None, picture: Picture) -> bytes:
    """Draw a chart.

    Raises
    ------
    RefusedError
        If there is no chart, or nothing that draws it.
    """
    if chart is None:
        problem = Problem("there is no chart of this", parameter="format", given=picture, allowed=", ".join(FORMATS))
        raise RefusedError.of(problem)
    from hubcalc.charts import pictures

    return pictures.png(chart) if picture == "png" else pictures.svg(chart).encode()


def picture_answer(content: bytes, picture: Picture, etag: str) -> Response[bytes]:
    """Send a picture."""
    headers = {"ETag": etag, "Cache-Control": CACHE_CONTROL}
    return Response(content, media_type=MEDIA_TYPES[picture], headers=headers)
