"""An id for each request, so that an answer and a log line can be brought together."""

import re
import uuid

from litestar.types import Scope

REQUEST_ID = "X-Request-Id"
_KEY = "hubcalc_request_id"
_SOUND = re.compile(rb"[\w.:-]{1,100}")


def name_request(scope: Scope) -> str:
    """Take the caller's id for a request if it is a sound one, or make one."""
    given = next((value for name, value in scope["headers"] if name.lower() == REQUEST_ID.lower().encode()), b"")
    request_id = given.decode() if _SOUND.fullmatch(given) else uuid.uuid4().hex
    scope.setdefault("state", {})[_KEY] = request_id
    return request_id


def request_id_of(scope: Scope) -> str | None:
    """Give the id of a request."""
    named: str | None = scope["state"].get(_KEY)
    return named
