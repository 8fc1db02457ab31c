"""ETags: strong, for answers that follow from what was asked; and preconditions on documents."""

import re
from hashlib import blake2b
from typing import Any, Literal

from litestar import Request, Response

from hubcalc.errors import ParameterError, Problem
from hubcalc.tables import MEDIA_TYPES, Format

CACHE_CONTROL = "no-cache"
"""Keep it, but ask again: documents change."""
FOREVER = "public, max-age=31536000, immutable"
"""For a permalink: the same document version and model version give the same numbers for ever."""

_VERSION = re.compile(r'"([0-9]{1,18})"|([0-9]{1,18})')


def tag(*parts: object) -> str:
    """Make an ETag from what an answer depends on."""
    return f'"{blake2b(repr(parts).encode(), digest_size=12).hexdigest()}"'


def matches(request: Request[Any, Any, Any], etag: str) -> bool:
    """Say whether the caller has this answer already (If-None-Match)."""
    given = request.headers.get("if-none-match", "")
    tags = {item.strip().removeprefix("W/") for item in given.split(",")}
    return "*" in tags or etag in tags


def answer(content: bytes, format_: Format, etag: str, headers: dict[str, str] | None = None) -> Response[bytes]:
    """Send bytes in a format, with their ETag."""
    return Response(
        content,
        media_type=MEDIA_TYPES[format_],
        headers={"ETag": etag, "Cache-Control": CACHE_CONTROL, **(headers or {})},
    )


def not_modified(etag: str) -> Response[bytes]:
    """Say that the caller's copy is still good."""
    return Response(b"", status_code=304, headers={"ETag": etag, "Cache-Control": CACHE_CONTROL})


def expected_version(request: Request[Any, Any, Any]) -> int | Literal["any"] | None:
    """Read If-Match: the version of a document that the caller wants to change."""
    given = request.headers.get("if-match", "").strip()
    if not given:
        return None
    if given == "*":
        return "any"
    match = _VERSION.fullmatch(given)
    if match is None:
        raise ParameterError.of(
            Problem(
                "not a version", parameter="If-Match", given=given, allowed='a version in quotes, such as "3", or *'
            )
        )
    return int(match[1] or match[2])


def create_only(request: Request[Any, Any, Any]) -> bool:
    """Say whether the caller wants to create and not to replace (If-None-Match: *)."""
    return request.headers.get("if-none-match", "").strip() == "*"
