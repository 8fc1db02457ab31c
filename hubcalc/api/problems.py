"""Errors as RFC 9457 problem documents, or as the text of a cell: one table from exception to status."""

import logging
from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import (
    HTTPException,
    MethodNotAllowedException,
    NotFoundException,
)
from litestar.status_codes import HTTP_413_REQUEST_ENTITY_TOO_LARGE, HTTP_503_SERVICE_UNAVAILABLE

from hubcalc import errors
from hubcalc.api.access import CHALLENGE
from hubcalc.api.error_texts import text_answer, wants_text
from hubcalc.api.request_ids import request_id_of
from hubcalc.errors import HubcalcError, Problem
from hubcalc.tables import FORMATS

PROBLEM_MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = {errors.StoreBusyError: 1, errors.TooManyJobsError: 5}
"""When to come again, where that may help."""

STATUS: dict[type[HubcalcError], int] = {
    errors.InputError: 422,
    errors.RefusedError: 422,
    errors.AccessError: 401,
    errors.NotFoundError: 404,
    errors.ConflictError: 409,
    errors.AlreadyExistsError: 412,
    errors.StaleVersionError: 412,
    errors.PreconditionRequiredError: 428,
    errors.StoreError: 503,
    errors.TooManyJobsError: 429,
    errors.JobError: 500,
    errors.BodyError: 400,
    errors.BodyTooLargeError: 413,
    errors.MediaTypeError: 415,
}
"""Status by class; a class that is not here has its nearest base's."""

FRAMEWORK_TITLES = {
    "method_not_allowed": "This method is not possible here",
    "bad_request": "The request cannot be read",
    "internal_error": "hubcalc made a mistake",
    "busy": "The server has as much to do as it can",
}
"""Titles by code of the errors that are no exception of ours."""

_LONGEST_TEXT = 1_000
_LONGEST_GIVEN = 200

_LOG = logging.getLogger("hubcalc.api")


def status_of(error: HubcalcError) -> int:
    """Give the status for an error."""
    return _status_of_class(type(error))


def _status_of_class(error: type[HubcalcError]) -> int:
    return next((STATUS[cls] for cls in error.__mro__ if cls in STATUS), 500)


def hubcalc_error(request: Request[Any, Any, Any], error: HubcalcError) -> Response[bytes]:
    """Answer one of our own errors."""
    seconds = next((RETRY_AFTER_SECONDS[cls] for cls in type(error).__mro__ if cls in RETRY_AFTER_SECONDS), None)
    headers = {} if seconds is None else {"Retry-After": str(seconds)}
    if isinstance(error, errors.AccessError):
        headers["WWW-Authenticate"] = CHALLENGE
    return _response(request, status_of(error), error.code, error.title, error.message, error.problems, headers)


def kept_problem(request: Request[Any, Any, Any], kept: Mapping[str, Any], headers: dict[str, str]) -> Response[bytes]:
    """Answer with the problem that is kept of a job that failed, as it would have been answered at once."""
    status = _status_of_class(errors.by_code().get(kept["code"], HubcalcError))
    problems = tuple(Problem(**entry) for entry in kept["errors"])
    return _response(request, status, kept["code"], kept["title"], kept["detail"], problems, headers)


def http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """Answer an error that the framework raised before a handler was reached."""
    if isinstance(error, NotFoundException):
        message = f"no page at {request.url.path}"
        if request.url.path.startswith("/v1/") and "." in request.url.path.rpartition("/")[2]:
            message += f"; formats are {', '.join(f'.{name}' for name in FORMATS)}"
        return _response(request, 404, "not_found", errors.NotFoundError.title, message, ())
    if isinstance(error, MethodNotAllowedException):
        message = f"{request.method} is not possible at {request.url.path}"
        return _response(
            request, 405, "method_not_allowed", FRAMEWORK_TITLES["method_not_allowed"], message, (), error.headers
        )
    if error.status_code == HTTP_413_REQUEST_ENTITY_TOO_LARGE:
        message = (
            "the request body is larger than the server allows "
            "(HUBCALC_BODY_LIMIT_BYTES; for studies HUBCALC_STUDY_BODY_LIMIT_BYTES)"
        )
        return _response(request, 413, "body_too_large", errors.BodyTooLargeError.title, message, ())
    if error.status_code == HTTP_503_SERVICE_UNAVAILABLE:
        return _response(request, 503, "busy", FRAMEWORK_TITLES["busy"], error.detail, (), error.headers)
    return _response(request, error.status_code, "bad_request", FRAMEWORK_TITLES["bad_request"], error.detail, ())


def unexpected_error(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Answer a fault of ours: say so, log it, and tell nothing of the inside."""
    _LOG.error("unexpected error at %s", request.url.path, exc_info=error)
    title = FRAMEWORK_TITLES["internal_error"]
    return _response(request, 500, "internal_error", title, "the error has been logged", ())


def _response(
    request: Request[Any, Any, Any],
    status: int,
    code: str,
    title: str,
    detail: str,
    problems: tuple[Problem, ...],
    headers: dict[str, str] | None = None,
) -> Response[bytes]:
    if wants_text(request):
        return text_answer(request, status, f"{title}: {detail}" if status >= 500 else detail, problems, headers)
    document = {
        "type": f"/errors/{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": _cut(detail, _LONGEST_TEXT),
        "instance": request.url.path,
        "errors": [_problem(problem) for problem in problems],
        "request_id": request_id_of(request.scope),
    }
    return Response(
        msgspec.json.encode(document), status_code=status, media_type=PROBLEM_MEDIA_TYPE, headers=headers or {}
    )


def _problem(problem: Problem) -> dict[str, object]:
    texts = {name: getattr(problem, name) for name in ("message", "parameter", "pointer", "allowed", "hint")}
    items: dict[str, object] = {name: _cut(text, _LONGEST_TEXT) for name, text in texts.items() if text is not None}
    return items if problem.given is None else {**items, "given": _shown(problem.given)}


def _shown(given: object) -> object:
    """Repeat what was given, but not at any length."""
    if isinstance(given, bool | float) or (isinstance(given, int) and abs(given) < 2**53):
        return given
    return _cut(given if isinstance(given, str) else str(given), _LONGEST_GIVEN)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[:longest] + "…"
