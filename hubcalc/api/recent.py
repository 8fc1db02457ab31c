"""What was made lately and may be asked for again: a sheet asks for many cells of one scenario, one after another."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """The last things made, by key; threads may share it.

    Parameters
    ----------
    most : int
        How many are kept.

    Examples
    --------
    >>> recent: Recent[str] = Recent(1)
    >>> recent.made("a", lambda: "first"), recent.made("a", lambda: "second")
    ('first', 'first')
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._made: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = Lock()

    def made(self, key: Hashable, make: Callable[[], T]) -> T:
        """Give what was made for a key, or make it; two that ask at once may both make it."""
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
        found = make()
        with self._lock:
            self._made[key] = found
            while len(self._made) > self._most:
                self._made.popitem(last=False)
        return found
