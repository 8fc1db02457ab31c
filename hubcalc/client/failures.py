"""What goes wrong on the way: which failures pass by themselves, and how all of them become errors of hubcalc."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from pydantic import ValidationError

from hubcalc.client.core import Call
from hubcalc.errors import ConnectionFailedError, Problem, ProblemError, RemoteError

PASSING_STATUSES = frozenset({429, 502, 503, 504})
"""Too many requests, and three ways of being away for a moment."""
PASSING_FAILURES = (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError, httpx.ProxyError)
LONGEST_WAIT_SECONDS = 60.0
"""A server that asks for a longer wait than this is asked again after this."""

_EXCERPT = 200


def retry_hook(call: Call[Any], retries: int) -> Callable[[Exception], bool | float]:
    """Give the function that decides, for each failure of a call, whether to try again and when."""
    return retry_wait if call.safe and retries > 0 else lambda _: False


def retry_wait(error: Exception) -> bool | float:
    """Say whether a failure may pass by itself, and after how many seconds, if the server names them.

    Parameters
    ----------
    error : Exception
        What an attempt raised.

    Returns
    -------
    bool or float
        False not to try again, True to try again after the usual wait, a number to wait so many seconds.

    Examples
    --------
    >>> retry_wait(httpx.ConnectError("refused")), retry_wait(httpx.UnsupportedProtocol("ftp"))
    (True, False)
    """
    if not isinstance(error, httpx.HTTPStatusError):
        return isinstance(error, PASSING_FAILURES)
    if error.response.status_code not in PASSING_STATUSES:
        return False
    seconds = retry_after_seconds(error.response.headers.get("Retry-After", ""))
    return True if seconds is None else min(seconds, LONGEST_WAIT_SECONDS)


def retry_after_seconds(text: str) -> float | None:
    """Read a Retry-After header (RFC 9110, section 10.2.3): seconds or a date.

    Parameters
    ----------
    text : str
        Value of the header.

    Returns
    -------
    float or None
        Seconds from now, none below 0; None if it is neither.

    Examples
    --------
    >>> retry_after_seconds("120"), retry_after_seconds("Wed, 21 Oct 2015 07:28:00 GMT"), retry_after_seconds("soon")
    (120.0, 0.0, None)
    """
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = date if date.tzinfo else date.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())


def check(response: httpx.Response, call: Call[Any]) -> httpx.Response:
    """Pass on an answer whose status is one to the call; raise the status as an error otherwise."""
    return response if response.status_code in call.answers else response.raise_for_status()


@contextmanager
def explained(call: Call[Any]) -> Iterator[None]:
    """Turn what httpx and Pydantic raise into errors of hubcalc, with the original as cause.

    Raises
    ------
    ProblemError
        If the server answered with an error.
    ConnectionFailedError
        If it did not answer.
    RemoteError
        If what it answered cannot be read.
    """
    try:
        yield
    except httpx.HTTPStatusError as error:
        raise problem_error(error.response) from error
    except httpx.TransportError as error:
        reason = "it did not answer in time" if isinstance(error, httpx.TimeoutException) else str(error)
        server = f"{error.request.url.scheme}://{error.request.url.netloc.decode('ascii')}"
        raise ConnectionFailedError(f"{call}: no answer from {server}: {reason or type(error).__name__}") from error
    except (httpx.RequestError, httpx.InvalidURL) as error:
        raise RemoteError(f"{call}: {error}") from error
    except ValidationError as error:
        raise RemoteError(f"{call}: the answer is not what was asked for: {_first_fault(error)}") from error


def problem_error(response: httpx.Response) -> ProblemError:
    """Make an error of an answer: of the problem document in it, or of an excerpt where there is none (a proxy's page).

    Examples
    --------
    >>> problem_error(httpx.Response(404, json={"code": "not_found", "detail": "no such hub"}))
    ProblemError('404 not_found: no such hub')
    >>> problem_error(httpx.Response(502, html="<h1>Bad gateway</h1>"))
    ProblemError('502 Bad Gateway: <h1>Bad gateway</h1>')
    """
    document = _json_object(response)
    problems = _problems(document.get("errors"))
    said = document.get("detail") or "; ".join(map(str, problems)) or document.get("title") or _excerpt(response)
    name = document.get("code") or response.reason_phrase
    message = f"{response.status_code} {name}: {said}" if said else f"{response.status_code} {name}"
    return ProblemError(message, problems, status=response.status_code, document=document)


def _json_object(response: httpx.Response) -> dict[str, Any]:
    try:
        content = json.loads(response.content)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _problems(errors: object) -> list[Problem]:
    entries = [entry for entry in errors if isinstance(entry, dict)] if isinstance(errors, list) else []
    return [
        Problem(
            str(entry.get("message", "")),
            parameter=entry.get("parameter"),
            pointer=entry.get("pointer"),
            given=entry.get("given"),
            allowed=entry.get("allowed"),
            hint=entry.get("hint"),
        )
        for entry in entries
    ]


def _excerpt(response: httpx.Response) -> str:
    if response.has_redirect_location:
        return f"the server has moved to {response.headers['Location']}"
    text = " ".join(response.text.split())
    return text if len(text) <= _EXCERPT else text[:_EXCERPT] + "…"


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(map(str, fault["loc"]))
    return f"{place}: {fault['msg']}" if place else fault["msg"]
