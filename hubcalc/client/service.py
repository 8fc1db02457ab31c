"""Calls on the server itself. "Returns" says what the server's answer is read into."""

from hubcalc.client.answers import ServerInfo
from hubcalc.client.core import Call, body_as, get, path_of

_UNAVAILABLE = 503


def info() -> Call[ServerInfo]:
    """Ask what the server is and what it can do.

    Returns
    -------
    ServerInfo
        Its version, model version, limits, metrics, kinds of stages and formats.

    Examples
    --------
    >>> print(info())
    GET /v1/info
    """
    return get(path_of("info"), body_as(ServerInfo))


def ready() -> Call[bool]:
    """Ask whether the server can serve, database included.

    Returns
    -------
    bool
        False if it answers that it cannot; a server that cannot be reached raises a ConnectionFailedError.

    Examples
    --------
    >>> print(ready())
    GET /readyz
    """
    return get("/readyz", lambda response: response.status_code != _UNAVAILABLE, answers=frozenset({_UNAVAILABLE}))
