"""Errors as the text of a cell: a sheet hides every answer that is not 200, so that 200 must carry the reason."""

import html
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from litestar import Request, Response

from hubcalc.api.parameters import SUFFIX_KEY
from hubcalc.api.request_ids import request_id_of
from hubcalc.errors import Problem
from hubcalc.tables.reasons import error_line

STATUS_HEADER = "X-Hubcalc-Status"
"""Where the status stands that the answer would have had as a document."""

_NAMES = ("errors", "e")
_TEXT = "text"


def wants_text(request: Request[Any, Any, Any]) -> bool:
    """Say whether a request asks for errors as text: those that read, below /v1/, with errors=text."""
    if request.method not in ("GET", "HEAD") or not request.scope["path"].startswith("/v1/"):
        return False
    return any(name in _NAMES and value.strip() == _TEXT for name, value in _query(request))


def text_answer(
    request: Request[Any, Any, Any],
    status: int,
    said: str,
    problems: Sequence[Problem],
    headers: dict[str, str] | None = None,
) -> Response[bytes]:
    """Answer 200 with one line in the format that was asked for; a header has the true status."""
    line = error_line(f"{said}; request {request_id_of(request.scope)}" if status == 500 else said, problems)
    format_ = request.scope.get("state", {}).get(SUFFIX_KEY) or dict(_query(request)).get("format", "")
    media_type, content = _written(line, format_.strip())
    return Response(
        content.encode(),
        status_code=200,
        media_type=media_type,
        headers={**(headers or {}), STATUS_HEADER: str(status), "Cache-Control": "no-store"},
    )


def _query(request: Request[Any, Any, Any]) -> list[tuple[str, str]]:
    """Read the raw query: what is wrong with it may be why there is an error."""
    text = request.scope["query_string"].decode("latin-1")
    try:
        return parse_qsl(text, keep_blank_values=True, errors="replace")
    except ValueError:
        return []


def _written(line: str, format_: str) -> tuple[str, str]:
    """Write a line for a cell, as a table of one cell where a table was asked for."""
    if format_ == "xml":
        return (
            "application/xml",
            f'<?xml version="1.0" encoding="UTF-8"?>\n<error>{html.escape(line, quote=False)}</error>\n',
        )
    if format_ == "html":
        return "text/html", f"<!DOCTYPE html>\n<table><tr><td>{html.escape(line)}</td></tr></table>\n"
    if format_ == "csv":
        # in quotes whatever separates values there
        return "text/csv", '"' + line.replace('"', '""') + '"\r\n'
    return ("text/tab-separated-values", f"{line}\r\n") if format_ == "tsv" else ("text/plain", line)
