"""Jobs whose work is let go piece by piece, so that tests see them on their way."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from hubcalc.jobs.engine import Engine

PATIENCE_SECONDS = 60
THREE_CHUNKS = {
    "subject": {"kind": "hub", "id": "khorgos-gateway"},
    "design": {"kind": "grid", "values": {"stages.front.cranes": [3, 4], "flow.per_day": "1..12.4:0.01"}},
    "fields": ["utilization", "bottleneck"],
}
"""2,282 rows in chunks of 1,024."""
ROWS, CHUNK_ROWS = 2_282, 1_024
FEW = {
    "subject": {"kind": "hub", "id": "khorgos-gateway"},
    "design": {"kind": "grid", "values": {"stages.front.cranes": [3, 4, 5]}},
    "fields": ["utilization"],
}
AT_ONCE = {"Prefer": "respond-async"}
PATIENT = {"Prefer": "wait=30"}
"""For answers with the result, however busy the machine is."""


class Gate:
    """Holds work until it is let go."""

    def __init__(self) -> None:
        self._permits = threading.Semaphore(0)

    def engine(self) -> Engine:
        """Give an engine whose pieces of work each wait for a permit."""
        return Engine(lambda: _Waiting(self._permits), 1)

    def let_go(self, pieces: int = 1_000) -> None:
        """Let so many pieces of work be done."""
        self._permits.release(pieces)


class _Waiting(ThreadPoolExecutor):
    def __init__(self, permits: threading.Semaphore) -> None:
        super().__init__(1)
        self._permits = permits

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        return super().submit(self._wait, function, *arguments, **named)

    def _wait(self, function: Callable[..., Any], *arguments: Any) -> Any:
        assert self._permits.acquire(timeout=PATIENCE_SECONDS)
        return function(*arguments)


def until(look: Callable[[], Any], wanted: Callable[[Any], bool]) -> Any:
    """Look again and again until what is seen is what is wanted."""
    never = threading.Event()
    for _ in range(PATIENCE_SECONDS * 50):
        seen = look()
        if wanted(seen):
            return seen
        never.wait(0.02)
    raise AssertionError(seen)
