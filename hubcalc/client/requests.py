"""Calls and clients in the words of httpx."""

import os
from typing import Any

import httpx

from hubcalc.client.core import Call
from hubcalc.errors import ParameterError, Problem
from hubcalc.version import PACKAGE_VERSION

DEFAULT_URL = "http://127.0.0.1:8000"
CLIENT = "X-Hubcalc-Client"
_HEADERS = {"Accept": "application/json", "User-Agent": f"hubcalc/{PACKAGE_VERSION}"}


def request_of(call: Call[Any], timeout_seconds: float) -> dict[str, Any]:
    """Say what is sent; a long answer is waited for longer than others, if not as long as asked for."""
    timeout = httpx.Timeout(timeout_seconds, read=max(call.timeout_seconds or 0, timeout_seconds))
    body = {"json": call.json} if call.content is None else {"content": call.content}
    return {"method": call.method, "url": call.target, "headers": call.headers, "timeout": timeout, **body}


def headers_of(name: str | None, key: str | None) -> dict[str, str]:
    """Say what each request of a client begins with: its name says whose jobs it begins, the key that it may ask.

    Raises
    ------
    ParameterError
        If the key cannot stand in a header; it is not repeated.

    Examples
    --------
    >>> headers_of("ana", "12345678")["Authorization"]
    'Bearer 12345678'
    """
    headers = _HEADERS if name is None else {**_HEADERS, CLIENT: name}
    given = (os.environ.get("HUBCALC_API_KEY") if key is None else key) or None
    if given is None:
        return headers
    if not (given.isascii() and given.isprintable()) or " " in given:
        allowed = "ASCII letters, digits and signs, without spaces"
        raise ParameterError.of(Problem("not the key of a server", parameter="key", allowed=allowed))
    return {**headers, "Authorization": f"Bearer {given}"}


def address_of(base_url: str | None) -> str:
    """Give the address of the server."""
    return base_url or os.environ.get("HUBCALC_URL") or DEFAULT_URL
