"""The largest load at which waits that add up meet a target, where each load has to be asked for."""

import numpy as np
from numpy.typing import NDArray

from hubcalc.arguments import FloatArray
from hubcalc.queueing._load_search_kernel import (
    BEFORE,
    FEW_SERVERS,
    FIELDS,
    FIRST,
    GAP,
    HIGH,
    KEPT,
    LAST,
    LEAST,
    LEAST_LOAD,
    LENGTH,
    LOW,
    MET,
    MOST,
    NEWEST,
    NEXT,
    RESULT,
    advance,
)

_HALVED_EVERY = 4
"""Steps after which a bracket is halved that interpolation has not made half as long, or closed by its unknown end."""


class LoadSearch:
    r"""Look in each row for the largest load, relative to that at saturation, at which parts of a wait add up to 1.

    Each part, such as the wait at one stage over the target, grows without bound towards a saturation of its own. With
    z the load of the part relative to it, :math:`W (1 - z)` over the probability of waiting at so many servers hardly
    changes with the load, so its logarithm is interpolated, part by part, through the last points. Where the sum meets
    the target is the next place to look at, inside a bracket that each point narrows; it is halved where interpolation
    leaves it or does not get on.

    Parameters
    ----------
    ratios : ndarray
        By part and row, the load of the part, relative to its own saturation, at that of the whole: 0 to 1. [1]
    servers : ndarray
        By part and row, the servers that share the line: they shape how the wait grows. [1]

    Examples
    --------
    The wait at one server, 1.5 z / (1 - z) times the target, meets it at 0.4:

    >>> search = LoadSearch(np.ones((1, 1)), np.ones((1, 1)))
    >>> while not search.met.all():
    ...     search.take((1.5 * search.load / (1 - search.load))[None])
    >>> round(float(search.found[0]), 9)
    0.4
    """

    def __init__(self, ratios: FloatArray, servers: FloatArray) -> None:
        parts, rows = ratios.shape
        powers = np.where(servers <= FEW_SERVERS, np.sqrt(2 * (servers + 1)) - 1, -servers)
        self._ratios, self._servers = np.ascontiguousarray(np.minimum(ratios, 1.0).T), np.ascontiguousarray(powers.T)
        self._shares, self._logs = np.zeros((rows, KEPT)), np.zeros((rows, parts, KEPT))
        self._state = np.zeros((rows, FIELDS))
        self._state[:, [NEWEST, LAST, BEFORE, RESULT]] = np.nan
        self._state[:, [LENGTH, GAP]] = np.inf
        self._state[:, [NEXT, LOW, HIGH]] = FIRST, LEAST, MOST
        self._steps = 0

    @property
    def met(self) -> NDArray[np.bool_]:
        """Rows that are done."""
        return self._state[:, MET] > 0

    @property
    def load(self) -> FloatArray:
        """Where to look next."""
        return _share(self._state[:, NEXT])

    @property
    def found(self) -> FloatArray:
        """The best that is known of the load; 0 and 1 where none and any meets the target."""
        y = np.where(self.met, self._state[:, RESULT], self._state[:, LOW])
        return np.where(y >= MOST, 1.0, np.where(y < LEAST, 0.0, _share(y)))

    def taken(self, rows: NDArray[np.intp]) -> "LoadSearch":
        """Give the search in some of the rows."""
        part = object.__new__(LoadSearch)
        for name, value in vars(self).items():
            setattr(part, name, np.take(value, rows, axis=0) if isinstance(value, np.ndarray) else value)
        return part

    def give_up(self, rows: NDArray[np.bool_]) -> None:
        """Say that no load meets the target in some rows."""
        self._state[rows, MET], self._state[rows, RESULT] = 1.0, -np.inf

    def begin(self, load: FloatArray, parts: FloatArray) -> None:
        """Begin with what is known at some load, where that is below saturation and the parts are finite."""
        total = parts.sum(axis=0)
        left_out = ~((load > LEAST_LOAD) & (load < 1 - LEAST_LOAD) & np.isfinite(total) & (total > 0))
        safe = np.where(left_out, 0.5, load)
        self._state[:, NEXT] = np.where(left_out, FIRST, np.log(safe / (1 - safe)))
        self._state[left_out, MET] = 1.0
        self._advance(parts, halves=False)
        self._state[left_out, MET] = 0.0

    def take(self, parts: FloatArray) -> None:
        """Take what the parts are at the load of each row, by part and row; NaN counts as endless."""
        self._steps += 1
        self._advance(parts, halves=self._steps % _HALVED_EVERY == _HALVED_EVERY - 1)

    def _advance(self, parts: FloatArray, *, halves: bool) -> None:
        lines = np.empty(self._ratios.T.shape)
        lines[...] = parts
        table = np.zeros((1 + len(lines), KEPT * KEPT))
        advance(self._state, lines, self._ratios, self._servers, self._shares, self._logs, table, halves)


def _share(y: FloatArray) -> FloatArray:
    return 1 / (1 + np.exp(-y))
