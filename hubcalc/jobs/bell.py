"""Telling the threads of this process that the state of some job has changed."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Call = Callable[[], object]


class Bell:
    """Calls everybody who listens. Progress is no change of state: whoever wants it looks now and then.

    >>> bell, heard = Bell(), []
    >>> with bell.calling(lambda: heard.append("ring")):
    ...     bell.ring()
    >>> bell.ring()
    >>> heard
    ['ring']
    """

    def __init__(self) -> None:
        self._calls: list[Call] = []
        self._lock = threading.Lock()

    def ring(self) -> None:
        """Call all who listen."""
        with self._lock:
            calls = list(self._calls)
        for call in calls:
            call()

    @contextmanager
    def calling(self, call: Call) -> Iterator[None]:
        """Listen for as long as the context lasts; the call is made in whichever thread rings."""
        with self._lock:
            self._calls.append(call)
        try:
            yield
        finally:
            with self._lock:
                self._calls.remove(call)
