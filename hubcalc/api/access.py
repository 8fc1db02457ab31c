"""The server's key: who may ask, and that no log tells it."""

import hmac
import logging
import re
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from litestar.types import Scope
from pydantic import SecretStr

from hubcalc.errors import AccessError, Problem

KEY_PARAMETER = "key"
KEY_HEADER = "X-API-Key"
CHALLENGE = 'Bearer realm="hubcalc"'
"""What WWW-Authenticate says."""

OPEN_PAGES = frozenset({"docs", "errors", "healthz", "openapi.json", "readyz"})
"""First segments of the pages that need no key; the bare address, which leads to one of them, needs none either."""

_LOGGERS = ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi", "hubcalc.api", "websockets.server")
_NAME = r"(?:\+|%20)*(?:k|%[46]b)(?:e|%[46]5)(?:y|%[57]9)(?:\+|%20)*"
"""The parameter's name as it may be spelled: in capitals, percent-encoded, with stray spaces."""
_PARAMETER = re.compile(rf"(?:^|&){_NAME}(?:=[^&]*)?(?=&|$)".encode(), re.IGNORECASE)
_LOGGED = re.compile(
    rf"((?:(?<!\w)|%3F|%26|%3B){_NAME}(?:=|%3D)|(?:{KEY_HEADER}|Authorization)\W{{1,6}}(?:b?\W)?(?:Bearer\s+)?)"
    r"[^&\s'\"\\)]+",
    re.IGNORECASE,
)
_HIDDEN = "***"


def take_keys(scope: Scope) -> list[bytes]:
    """Take every key off the query of a request, so that nothing after this sees it; the server's log neither.

    Parameters
    ----------
    scope : Scope
        The scope that the server made; its query string is changed.

    Returns
    -------
    list of bytes
        The keys that the query named; an empty one counts as not given.
    """
    query: bytes = scope["query_string"]
    if not _PARAMETER.search(query):
        return []
    parts = query.split(b"&")
    taken = [part for part in parts if _PARAMETER.fullmatch(part)]
    scope["query_string"] = b"&".join(part for part in parts if part not in taken)
    # a plus sign stays one: keys have no spaces
    values = (unquote_to_bytes(part.partition(b"=")[2]).strip() for part in taken)
    return [value for value in values if value]


class Gate:
    """Lets calls in that name the server's key; all of them where it has none.

    Parameters
    ----------
    key : SecretStr, optional
        The key; kept as a hash.
    """

    def __init__(self, key: SecretStr | None) -> None:
        self._hash = None if key is None else sha256(key.get_secret_value().encode()).digest()

    def check(self, scope: Scope, in_query: Sequence[bytes]) -> None:
        """Refuse a call without the key, or with a wrong one, except to the pages that are open.

        Raises
        ------
        AccessError
            If no key is given, or any that is given is wrong.
        """
        if self._hash is None or _is_open(scope["path"]):
            return
        given = [*in_query, *_in_headers(scope["headers"])]
        if not given:
            hint = "send it in the header X-API-Key or Authorization: Bearer, or as &key= in the address"
            raise AccessError.of(Problem("the key is missing", hint=hint))
        right = [hmac.compare_digest(sha256(key).digest(), self._hash) for key in given]
        if not all(right):
            raise AccessError.of(Problem("the key is wrong", hint="it is the server's HUBCALC_API_KEY"))


def _is_open(path: str) -> bool:
    return path == "/" or path.removeprefix("/").partition("/")[0] in OPEN_PAGES


def _in_headers(headers: Iterable[tuple[bytes, bytes]]) -> list[bytes]:
    found = []
    for name, value in headers:
        lowered = name.lower()
        if lowered == KEY_HEADER.lower().encode():
            found.append(value.strip())
        elif lowered == b"authorization":
            scheme, _, key = value.strip().partition(b" ")
            found += [key.strip()] if scheme.lower() == b"bearer" else []
    return [key for key in found if key]


class KeyFilter(logging.Filter):
    """Puts stars in the place of keys in log records, however a server writes down what was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.secrets: set[str] = set()
        """What is hidden wherever it stands."""

    def hide(self, text: str) -> str:
        """Give a text without keys.

        >>> KeyFilter().hide("GET /v1/hubs?kind=dry_port&%4Bey=abc&limit=3")
        'GET /v1/hubs?kind=dry_port&%4Bey=***&limit=3'
        """
        for secret in self.secrets:
            for spelled in (secret, quote(secret, safe=""), quote(secret)):
                text = text.replace(spelled, _HIDDEN)
        return _LOGGED.sub(rf"\1{_HIDDEN}", text)

    def filter(self, record: logging.LogRecord) -> bool:
        """Hide keys in a record; every record passes."""
        record.msg = self._hidden(record.msg)
        if isinstance(record.args, tuple):  # uvicorn's formatter reads the arguments one by one
            record.args = tuple(self._hidden(item) for item in record.args)
        elif record.args:
            record.args = {name: self._hidden(item) for name, item in record.args.items()}
        if record.exc_info:
            record.exc_text = self.hide(logging.Formatter().formatException(record.exc_info))
        return True

    def _hidden(self, item: Any) -> Any:
        return item if item is None or isinstance(item, int | float) else self.hide(str(item))


_FILTER = KeyFilter()


def keep_out_of_logs(key: SecretStr | None) -> None:
    """Hide keys in what the server and its modules log, in whatever order logging is set up."""
    if key is not None:
        _FILTER.secrets.add(key.get_secret_value())
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_FILTER)
