"""The wait for one of so many permits a day, in days, from the law of the backlog before midnight."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from hubcalc.arguments import FloatArray
from hubcalc.queueing._daily_backlog import DailyBacklog, points, solve_backlog

MOST_PERMITS = 1_000_000
_MOST_AT_ONCE = 150_000  # numbers
_DEVIATIONS, _BESIDES = 9.0, 20  # of the arrivals of a day beyond the permits


def wait_moments(arrivals: FloatArray, permits: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give the first two moments of the wait [days], of fewer arrivals a day than permits; equal rows once."""
    found = _by_blocks(_moments, 2, arrivals, permits)
    return found[0], found[1]


def wait_tail(arrivals: FloatArray, permits: FloatArray, days: FloatArray) -> FloatArray:
    """Give the probability that the wait exceeds these days, of fewer arrivals a day than permits."""
    return _by_blocks(_tail, 1, arrivals, permits, days)[0]


def _by_blocks(compute: Callable[..., list[FloatArray]], results: int, *columns: FloatArray) -> list[FloatArray]:
    """Compute distinct rows together that need as many points, so few at once that memory stays small."""
    flat = np.stack([np.ravel(each) for each in columns])
    rows, place = np.unique(flat, axis=1, return_inverse=True)
    values = np.zeros((results, rows.shape[1]))
    for block in _blocks(rows):
        values[:, block] = compute(*rows[:, block])
    return [each[place.ravel()].reshape(columns[0].shape) for each in values]


def _blocks(rows: FloatArray) -> Iterator[NDArray[np.intp]]:
    """Give the places of rows with arrivals, by size."""
    arrivals, permits = rows[:2]
    size = points(permits)
    for one in np.unique(size):
        places = np.flatnonzero((size == one) & (arrivals > 0))
        if places.size:
            each = max(1, int(_MOST_AT_ONCE // (one + 2 * permits[places].max())))
            yield from np.split(places, range(each, places.size, each))


class _Day:
    """The integrals over a day of P(A(u) >= m), and what the backlog makes of them."""

    def __init__(self, arrivals: FloatArray, permits: FloatArray) -> None:
        self.backlog: DailyBacklog = solve_backlog(arrivals, permits)
        most = permits.max()
        self.number = np.arange(1, int(most + _DEVIATIONS * most**0.5 + _BESIDES))

    def free(self, until: FloatArray, powers: int) -> list[FloatArray]:
        """Give E[((b - T)^+)^j] / j for j = 1, 2, ...: the integrals of (b - u)^(j-1) P(A(u) >= m) up to b, in days.

        They follow from E[T^i; T < b] = m (m+1) ... (m+i-1) / a^i P(A(b) >= m + i), T the time until the m-th arrival.
        """
        from scipy import special

        arrivals, width = self.backlog.arrivals[:, None], self.number.size
        number = np.arange(1, width + powers + 1, dtype=np.float64)
        mean = arrivals * until[:, None]
        reached = np.broadcast_to(np.where(mean > 0, 1.0, 0.0), (mean.size, number.size)).copy()
        near = (number > mean - _DEVIATIONS * np.sqrt(mean) - _BESIDES) & (mean > 0)
        shapes, times = np.broadcast_arrays(number, mean)
        reached[near] = special.gammainc(shapes[near], times[near])
        found, m = [], number[:width]
        for power in range(1, powers + 1):
            total, factor = until[:, None] ** power * reached[:, :width], np.ones_like(m * arrivals)
            for i in range(1, power + 1):
                factor = factor * -(power - i + 1) / i * (m + i - 1) / arrivals
                total = total + factor * until[:, None] ** (power - i) * reached[:, i : width + i]
            found.append(np.maximum(total, 0.0) / power)
        return found

    def chances(self, multiple: NDArray[np.int64]) -> tuple[FloatArray, FloatArray]:
        """Give the chances that the backlog is `multiple` times the permits less m, and that it is as many or more."""
        sought = (multiple * self.backlog.permits.astype(np.int64))[:, None]
        return self.backlog.probability(sought - self.number), self.backlog.at_least(sought)[:, 0]


def _moments(arrivals: FloatArray, permits: FloatArray) -> list[FloatArray]:
    """Give the first two moments of rows of similar size."""
    day = _Day(arrivals, permits)
    whole, half, third = day.free(np.ones_like(arrivals), 3)
    ones = np.ones(arrivals.shape, np.int64)
    each, more = day.chances(ones)
    first = _mean(each, half) + more / 2
    second = _mean(each, third) + more / 3
    most = int((day.backlog.explicit + day.number.size) // permits.min()) + 2
    for k in range(2, most + 1):
        each, more = day.chances(k * ones)
        by_one = _mean(each, whole) + more
        first = first + by_one
        second = second + (2 * k - 3) * by_one + 2 * _mean(each, half) + more
    # beyond, each term is the one before it times t
    each, more = day.chances((most + 1) * ones)
    by_one = _mean(each, whole) + more
    fall = arrivals * day.backlog.excess  # permits * log(1 + excess), by the equation of the root
    left, kept = -np.expm1(-fall), np.exp(-fall)  # 1 - t, t
    first = first + by_one / left
    steps = ((2 * most - 1) + 2 * kept / left) / left  # the sum of (2k - 3) t^(k - most - 1)
    second = second + steps * by_one + (2 * _mean(each, half) + more) / left
    return [first, second]


def _mean(chances: FloatArray, values: FloatArray) -> FloatArray:
    return np.asarray(np.einsum("ij,ij->i", chances, values))


def _tail(arrivals: FloatArray, permits: FloatArray, days: FloatArray) -> list[FloatArray]:
    """Give the probability of a longer wait."""
    day = _Day(arrivals, permits)
    most = 1e12 / permits  # so far that whole numbers hold it
    midnights = np.floor(np.minimum(days, most))
    early = 1.0 - np.minimum(days - midnights, 1.0)
    (before,) = day.free(early, 1)
    (whole,) = day.free(np.ones_like(early), 1)
    count = midnights.astype(np.int64)
    each, more = day.chances(count + 1)
    next_each, next_more = day.chances(count + 2)
    soon = _mean(each, before) + more * early
    late = _mean(next_each, np.maximum(whole - before, 0.0)) + next_more * (1.0 - early)
    return [np.minimum(soon + late, 1.0)]
