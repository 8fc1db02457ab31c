"""Answers that are ready: spreadsheets ask HEAD before GET, and the same cell again at every recalculation."""

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from threading import Lock

_ENTRY_BYTES = 1_024
"""What an answer takes beside its content: its key, its headers, and the place in the table."""
_LARGEST_PART = 8
"""An answer larger than this part of all is not kept: it would push out too many others."""


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it is sent."""

    content: bytes
    media_type: str
    headers: Mapping[str, str]


class AnswerCache:
    """Ready answers, up to a number of bytes: the one that was asked for the longest ago goes first.

    Threads may share it.

    Parameters
    ----------
    limit_bytes : int
        How much is kept; 0 for nothing. [bytes]

    Examples
    --------
    >>> cache = AnswerCache(1_000_000)
    >>> cache.put("a", KeptAnswer(b"17.9", "text/plain", {}))
    >>> cache.get("a").content, cache.get("b")
    (b'17.9', None)
    """

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._answers: OrderedDict[Hashable, KeptAnswer] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    @property
    def held_bytes(self) -> int:
        """Bytes that are kept."""
        return self._bytes

    def get(self, key: Hashable) -> KeptAnswer | None:
        """Give an answer that is kept."""
        with self._lock:
            found = self._answers.get(key)
            if found is not None:
                self._answers.move_to_end(key)
            return found

    def put(self, key: Hashable, answer: KeptAnswer) -> None:
        """Keep an answer, if it is not too large; those that are asked for least go for it."""
        size = _size(answer)
        if size * _LARGEST_PART > self._limit_bytes:
            return
        with self._lock:
            before = self._answers.pop(key, None)
            self._bytes += size - (0 if before is None else _size(before))
            self._answers[key] = answer
            while self._bytes > self._limit_bytes:
                _, gone = self._answers.popitem(last=False)
                self._bytes -= _size(gone)


def _size(answer: KeptAnswer) -> int:
    return len(answer.content) + _ENTRY_BYTES
