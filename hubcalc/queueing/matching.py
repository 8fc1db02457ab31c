"""Two streams that are matched item by item, with finite room on either side, and regrouping n to m."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, positive, whole_between

_MOST_ROOM = 10_000
_MOST_ITEMS = 10**9


@dataclass(frozen=True, slots=True, eq=False)
class MatchedStreams:
    """Columns of matched streams, by side.

    Attributes
    ----------
    matches_per_hour : ndarray
        Pairs matched. [1/h]
    first_blocking : ndarray
        Share of the first stream that finds its room full and is turned away. [1]
    second_blocking : ndarray
        Share of the second stream that finds its room full and is turned away. [1]
    first_waiting_mean : ndarray
        Mean number of the first stream that waits. [1]
    second_waiting_mean : ndarray
        Mean number of the second stream that waits. [1]
    first_wait_mean_hours : ndarray
        Mean wait of those of the first stream that are admitted. [h]
    second_wait_mean_hours : ndarray
        Mean wait of those of the second stream that are admitted. [h]
    """

    matches_per_hour: FloatArray
    first_blocking: FloatArray
    second_blocking: FloatArray
    first_waiting_mean: FloatArray
    second_waiting_mean: FloatArray
    first_wait_mean_hours: FloatArray
    second_wait_mean_hours: FloatArray


def _at_least(log_ratio: FloatArray, left: FloatArray, room: FloatArray) -> FloatArray:
    """Return P(state >= room + 1 - left) for states 0 to `room` with probabilities that grow by the ratio."""
    size = np.maximum(np.abs(log_ratio), 1e-300)
    with np.errstate(under="ignore"):
        share = np.where(size > 1e-200, np.expm1(-left * size) / np.expm1(-(room + 1.0) * size), left / (room + 1.0))
        return np.where(log_ratio < 0.0, np.exp(-(room + 1.0 - left) * size), 1.0) * share


def _waiting(log_ratio: FloatArray, own: FloatArray, room: FloatArray) -> FloatArray:
    """Return the mean number waiting at the side that the ratio fills, the sum of P(at least k wait)."""
    total = np.zeros_like(log_ratio)
    for left in range(1, int(own.max(initial=0.0)) + 1):
        total += np.where(left <= own, _at_least(log_ratio, np.minimum(float(left), own), room), 0.0)
    return total


def match_two_streams(
    first_per_hour: ArrayLike, second_per_hour: ArrayLike, first_room: ArrayLike, second_room: ArrayLike
) -> MatchedStreams:
    r"""Match two Poisson streams item by item, at once, with room for some of either to wait for the other.

    Parameters
    ----------
    first_per_hour : array_like
        Rate of the first stream, say trains of one gauge. [1/h]
    second_per_hour : array_like
        Rate of the second stream, trains of the other. [1/h]
    first_room : array_like
        Most of the first stream that wait, a whole number; who finds it full is turned away. [1]
    second_room : array_like
        Most of the second stream that wait, a whole number. [1]

    Returns
    -------
    MatchedStreams
        Flow of pairs; blocking, numbers and waits of either side.

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    The first stream waiting less the second is the number in M/M/1/N less the second room, N the sum of the rooms:

    .. math:: P_1 = \frac{(1 - q) q^N}{1 - q^{N+1}}, \quad q = \lambda_1 / \lambda_2

    and 1 / (N + 1) for equal rates. Without a limit on either room there is no steady state, whatever the rates: the
    difference of two independent streams grows without bound.

    Examples
    --------
    Four tracks of one gauge, three of the other:

    >>> border = match_two_streams(1.0, 1.0, 4, 3)
    >>> float(border.first_blocking), float(border.first_waiting_mean)
    (0.125, 1.25)

    References
    ----------
    .. [1] B. R. K. Kashyap (1966), "The double-ended queue with bulk service and limited waiting space", Operations
       Research 14(5), 822-834, doi:10.1287/opre.14.5.822.
    """
    one, two, own, other = broadcast(
        first_per_hour=positive("first_per_hour", first_per_hour),
        second_per_hour=positive("second_per_hour", second_per_hour),
        first_room=whole_between("first_room", first_room, 0, _MOST_ROOM),
        second_room=whole_between("second_room", second_room, 0, _MOST_ROOM),
    )
    ratio, room, last = np.log(one) - np.log(two), own + other, np.ones_like(own)
    matches = one * _at_least(-ratio, room, room)
    first, second = _waiting(ratio, own, room), _waiting(-ratio, other, room)
    some = np.where(matches > 0.0, matches, 1.0)
    return MatchedStreams(
        matches_per_hour=matches,
        first_blocking=_at_least(ratio, last, room),
        second_blocking=_at_least(-ratio, last, room),
        first_waiting_mean=first,
        second_waiting_mean=second,
        first_wait_mean_hours=first / some,
        second_wait_mean_hours=second / some,
    )


def regrouping_wait_mean_hours(
    arriving_groups_per_hour: ArrayLike, arriving_size: ArrayLike, leaving_size: ArrayLike
) -> FloatArray:
    r"""Compute the mean wait of items that come in groups of one size and leave in groups of another.

    Parameters
    ----------
    arriving_groups_per_hour : array_like
        Rate of the groups that come, in any stream whose intervals do not depend on what is left over. [1/h]
    arriving_size : array_like
        Items in each of these, a whole number. [items]
    leaving_size : array_like
        Items in each group that leaves as soon as it is full, a whole number. [items]

    Returns
    -------
    ndarray
        Mean wait of an item for its group to be full. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    What is left over after each arrival runs through the multiples of g = gcd(n, m) below m in turn, so that
    (m - g) / 2 items wait in the mean, and by Little's law each for

    .. math:: E[W] = \frac{m - g}{2 n \lambda}

    Examples
    --------
    Trains of 41 wagons, regrouped into trains of 61:

    >>> round(float(regrouping_wait_mean_hours(0.5, 41, 61)), 4)
    1.4634
    >>> float(regrouping_wait_mean_hours(0.5, 60, 30))
    0.0
    """
    rate, size, group = broadcast(
        arriving_groups_per_hour=positive("arriving_groups_per_hour", arriving_groups_per_hour),
        arriving_size=whole_between("arriving_size", arriving_size, 1, _MOST_ITEMS),
        leaving_size=whole_between("leaving_size", leaving_size, 1, _MOST_ITEMS),
    )
    common = np.gcd(size.astype(np.int64), group.astype(np.int64))
    return np.asarray((group - common) / (2.0 * size * rate))
