"""ETags: strong, for answers that follow from what was asked; answers kept by them; preconditions on documents."""

import re
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, Literal

from litestar import Litestar, Request, Response
from litestar.response.base import ASGIResponse

from hubcalc.api.answer_cache import AnswerCache, KeptAnswer
from hubcalc.errors import ParameterError, Problem
from hubcalc.tables import MEDIA_TYPES, Format

CACHE_CONTROL = "no-cache"
"""Keep it, but ask again: documents change."""
FOREVER = "public, max-age=31536000, immutable"
"""For a permalink: the same document version and model version give the same numbers for ever."""

_KEEP = "hubcalc_keep"
"""Where the state of a scope has the ETag of the answer that is to be kept."""
_READING = ("GET", "HEAD")
_VERSION = re.compile(r'"([0-9]{1,18})"|([0-9]{1,18})')


def tag(*parts: object) -> str:
    """Make an ETag from what an answer depends on."""
    return f'"{blake2b(repr(parts).encode(), digest_size=12).hexdigest()}"'


def matches(request: Request[Any, Any, Any], etag: str) -> bool:
    """Say whether the caller has this answer already (If-None-Match)."""
    given = request.headers.get("if-none-match", "")
    tags = {item.strip().removeprefix("W/") for item in given.split(",")}
    return "*" in tags or etag in tags


def kept(request: Request[Any, Any, Any], etag: str) -> Response[bytes] | None:
    """Give an answer for which nothing has to be computed.

    Parameters
    ----------
    request : Request
        The call.
    etag : str
        ETag of its answer, made of all that the answer follows from.

    Returns
    -------
    Response or None
        304 where the caller has the answer already; the answer where it was made before; None where it is yet to be
        made: then it is kept when it is sent.
    """
    if matches(request, etag):
        return not_modified(etag)
    found = _cache_of(request).get(_kept_by(request, etag))
    if found is None:
        request.scope["state"][_KEEP] = etag
        return None
    return Response(found.content, media_type=found.media_type, headers=dict(found.headers))


class _Answer(Response[bytes]):
    """An answer that is kept, if `kept` has asked for it, when it is about to be sent, be it to GET or HEAD.

    Who has it already gets 304, whether or not the handler looked for that before it made the answer.
    """

    def to_asgi_response(self, app: Litestar | None, request: Request[Any, Any, Any], **options: Any) -> ASGIResponse:
        etag = request.scope["state"].get(_KEEP)
        if etag is not None and etag == self.headers.get("ETag"):
            ready = KeptAnswer(self.content, str(self.media_type), dict(self.headers))
            _cache_of(request).put(_kept_by(request, etag), ready)
        if request.method in _READING and matches(request, self.headers["ETag"]):
            return not_modified(self.headers["ETag"]).to_asgi_response(app, request, **options)
        return super().to_asgi_response(app, request, **options)


def _kept_by(request: Request[Any, Any, Any], etag: str) -> tuple[str, str, str]:
    """Say by what an answer is kept: links in it begin with the address that was asked."""
    return str(request.base_url), request.scope["path"], etag


def _cache_of(request: Request[Any, Any, Any]) -> AnswerCache:
    cache = request.app.state.answer_cache
    if not isinstance(cache, AnswerCache):
        raise TypeError(cache)
    return cache


def answer(content: bytes, format_: Format, etag: str, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    """Send bytes in a format, with their ETag."""
    return sent(content, MEDIA_TYPES[format_], etag, headers)


def sent(content: bytes, media_type: str, etag: str, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    """Send bytes of a media type, with their ETag."""
    return _Answer(
        content, media_type=media_type, headers={"ETag": etag, "Cache-Control": CACHE_CONTROL, **(headers or {})}
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
