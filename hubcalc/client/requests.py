"""Calls and clients in the words of httpx."""

import os
from typing import Any

import httpx

from hubcalc.client.core import Call
from hubcalc.version import PACKAGE_VERSION

DEFAULT_URL = "http://127.0.0.1:8000"
CLIENT = "X-Hubcalc-Client"
_HEADERS = {"Accept": "application/json", "User-Agent": f"hubcalc/{PACKAGE_VERSION}"}


def request_of(call: Call[Any], timeout_seconds: float) -> dict[str, Any]:
    """Say what is sent; a long answer is waited for longer than others, if not as long as asked for."""
    timeout = httpx.Timeout(timeout_seconds, read=max(call.timeout_seconds or 0, timeout_seconds))
    return {"method": call.method, "url": call.target, "headers": call.headers, "json": call.json, "timeout": timeout}


def headers_of(name: str | None) -> dict[str, str]:
    """Say what each request of a client begins with; its name says whose jobs it begins."""
    return _HEADERS if name is None else {**_HEADERS, CLIENT: name}


def address_of(base_url: str | None) -> str:
    """Give the address of the server."""
    return base_url or os.environ.get("HUBCALC_URL") or DEFAULT_URL
