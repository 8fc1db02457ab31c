"""OPTIONS answered at once, and the headers by which pages of other origins may read: Office scripts, browsers."""

from collections.abc import Iterable
from typing import Any

from litestar.routes import BaseRoute
from litestar.types import Scope, Send

from hubcalc.api.access import KEY_HEADER
from hubcalc.api.error_texts import STATUS_HEADER
from hubcalc.api.request_ids import REQUEST_ID
from hubcalc.api.services import CLIENT

Headers = list[tuple[bytes, bytes]]

_EXPOSED = (
    *("Content-Disposition", "ETag", "Link", "Location", "Preference-Applied", "Retry-After", "WWW-Authenticate"),
    *(REQUEST_ID, STATUS_HEADER),
)
_ACCEPTED = (
    *("Accept", "Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID", "Prefer", KEY_HEADER),
    *(CLIENT, REQUEST_ID, "If-None-Match", "If-Match"),
)
_MAX_AGE_SECONDS = 7_200
"""So long Chromium remembers at most what may be asked."""
_READABLE: Headers = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", ", ".join(_EXPOSED).encode()),
]
_PREFLIGHT: Headers = [
    (b"access-control-max-age", str(_MAX_AGE_SECONDS).encode()),
    (b"access-control-allow-headers", ", ".join(_ACCEPTED).encode()),
]
_OF_UNKNOWN = "GET, HEAD, OPTIONS"
"""What an unknown page allows: whoever asks it will be told that it is unknown."""
_HERE = ""
"""Where a node of the tree keeps the methods; no segment is empty."""


class Methods:
    """The methods of each path, found without the framework.

    Parameters
    ----------
    routes : iterable of BaseRoute
        The routes of the application.
    """

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._tree: dict[str | None, Any] = {}
        for route in routes:
            node = self._tree
            for component in route.path_components:
                if component != "/":  # None is whatever stands in the place of a parameter
                    node = node.setdefault(component if isinstance(component, str) else None, {})
            node[_HERE] = ", ".join(sorted(getattr(route, "methods", ())))

    def allowed(self, path: str) -> str:
        """Give the methods of a path, as Allow names them."""
        node = self._tree
        for segment in path.split("/"):
            if segment:
                node = node.get(segment) or node.get(None) or {}
        found: str = node.get(_HERE, _OF_UNKNOWN)
        return found


def readable(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Add what lets pages of all origins read an answer, also of an error."""
    return [*headers, *_READABLE]


async def answer_options(scope: Scope, send: Send, allowed: str) -> None:
    """Answer OPTIONS: what is possible at a path, and what a page of another origin may send."""
    allow = allowed.encode()
    headers = [(b"allow", allow), (b"access-control-allow-methods", allow), *_PREFLIGHT]
    if any(name.lower() == b"access-control-request-private-network" for name, _ in scope["headers"]):
        headers.append((b"access-control-allow-private-network", b"true"))
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
