"""Fair shares: whose turn it is, by the work done of late for each client, and for each of its jobs."""

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

_NEGLIGIBLE_SECONDS = 1e-3


@dataclass(slots=True)
class _Account:
    seconds: float = 0.0
    at: float = 0.0
    flying: int = 0
    last: float = 1.0


class Shares:
    """An account of work for each client or job, which is forgotten by half again and again.

    Work that is under way counts as much as the client's last piece of work did. A client who comes with a little work
    so waits for no more than what is under way, however much others have waiting.

    Parameters
    ----------
    half_life_seconds : float
        After so long work counts half. [s]
    clock : callable
        What time it is. [s]

    Examples
    --------
    >>> shares = Shares(60.0)
    >>> shares.begin("a")
    >>> shares.least(["a", "b"])
    'b'
    """

    def __init__(self, half_life_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = math.log(2) / half_life_seconds
        self._clock = clock
        self._accounts: dict[str, _Account] = {}

    def begin(self, client: str) -> None:
        """Note that a piece of work is under way."""
        self._account(client).flying += 1

    def end(self, client: str, seconds: float | None) -> None:
        """Note that a piece of work is done, and how many seconds it took; None if it was given up."""
        account = self._account(client)
        account.flying -= 1
        if seconds is not None:
            account.seconds += seconds
            account.last = seconds

    def load(self, client: str) -> float:
        """Give the seconds of work of late, with what is under way."""
        account = self._account(client)
        return account.seconds + account.flying * account.last

    def least(self, clients: Iterable[str]) -> str:
        """Say whose turn it is; the first of those who have had equally little."""
        return min(clients, key=self.load)

    def forget_idle(self) -> None:
        """Drop the accounts of those who have had no work for long."""
        for name in list(self._accounts):
            if self._account(name).flying == 0 and self._accounts[name].seconds < _NEGLIGIBLE_SECONDS:
                del self._accounts[name]

    def _account(self, client: str) -> _Account:
        """Give an account as it stands now."""
        now = self._clock()
        account = self._accounts.setdefault(client, _Account(at=now))
        account.seconds *= math.exp(-self._rate * (now - account.at))
        account.at = now
        return account
