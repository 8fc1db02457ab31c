"""Groups of items regrouped into groups of another size: how long one waits until its last item has left."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, at_least_one, broadcast, non_negative, positive, whole_between

_MOST_ITEMS = 10**9


@dataclass(frozen=True, slots=True, eq=False)
class GroupWait:
    """Columns of waits from the arrival of a group until the leaving group that takes its last item is full.

    Attributes
    ----------
    mean_hours : ndarray
        Mean wait. [h]
    variance_hours2 : ndarray
        Variance of the wait. [h2]
    """

    mean_hours: FloatArray
    variance_hours2: FloatArray


def regrouping_group_wait(
    arriving_groups_per_hour: ArrayLike,
    interval_scv: ArrayLike,
    arriving_size: ArrayLike,
    arriving_size_scv: ArrayLike,
    leaving_size: ArrayLike,
) -> GroupWait:
    r"""Compute how long an arriving group waits until all its items are in full groups of another size.

    Parameters
    ----------
    arriving_groups_per_hour : array_like
        Rate of the groups that come, at independent intervals. [1/h]
    interval_scv : array_like
        Squared coefficient of variation of these intervals. [1]
    arriving_size : array_like
        Mean number of items in each, at least 1. [items]
    arriving_size_scv : array_like
        Squared coefficient of variation of that number. [1]
    leaving_size : array_like
        Items in each group that leaves as soon as it is full, a whole number. [items]

    Returns
    -------
    GroupWait
        Mean and variance.

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    Sizes that are fixed whole numbers n, into groups of m: what is left over runs through the multiples of
    g = gcd(n, m) in turn, so that an arrival's last group lacks i g items, i uniform on 0, ..., m/g - 1, and the wait
    is K further intervals,

    .. math:: K = \left\lceil i g / n \right\rceil, \quad E[W] = \frac{E[K]}{\lambda}, \quad
              Var[W] = \frac{E[K] c^2 + Var[K]}{\lambda^2}

    which is exact. Of sizes that vary, or are no whole numbers, g is taken as 1, and each further group brings what it
    lacks later by the half of their scv: asymptotically right where m is many times the mean size [1]_.

    Examples
    --------
    Three trains of 41 boxes become two of 61 or 62; into trains of 62, two a day:

    >>> wait = regrouping_group_wait(2 / 24, 1.0, 41, 0.0, 62)
    >>> round(float(wait.mean_hours), 3)
    15.677
    >>> float(regrouping_group_wait(0.5, 1.0, 60, 0.0, 30).mean_hours)
    0.0

    References
    ----------
    .. [1] W. L. Smith (1954), "Asymptotic renewal theorems", Proceedings of the Royal Society of Edinburgh A 64(1),
       9-48, doi:10.1017/S0080454100007044.
    """
    rate, scv, size, spread, group = broadcast(
        arriving_groups_per_hour=positive("arriving_groups_per_hour", arriving_groups_per_hour),
        interval_scv=non_negative("interval_scv", interval_scv),
        arriving_size=at_least_one("arriving_size", arriving_size),
        arriving_size_scv=non_negative("arriving_size_scv", arriving_size_scv),
        leaving_size=whole_between("leaving_size", leaving_size, 1, _MOST_ITEMS),
    )
    fixed = (spread == 0.0) & (size == np.floor(size)) & (size <= _MOST_ITEMS)
    whole = np.where(fixed, size, 1.0).astype(np.int64)
    common = np.where(fixed, np.gcd(whole, group.astype(np.int64)), 1).astype(np.float64)
    n, m = size / common, group / common
    # i = 1, ..., m - 1 has a ceil(i / n) of 1, ..., q for n values each and of q + 1 for the rest
    q = np.floor((m - 1.0) / n)
    rest = (q + 1.0) * (m - 1.0 - q * n)
    first = (n * q * (q + 1.0) / 2.0 + rest) / m
    second = (n * q * (q + 1.0) * (2.0 * q + 1.0) / 6.0 + (q + 1.0) * rest) / m
    # the excess of a renewal process over a level: E[K] grows by (1 + c^2) / 2 instead of 1 / 2, if there is a level
    lacking = (m - 1.0) / m * np.minimum(m / n, 1.0)
    mean = first + lacking * spread / 2.0
    variance = second - first**2 + mean * spread
    return GroupWait(mean_hours=np.asarray(mean / rate), variance_hours2=np.asarray((mean * scv + variance) / rate**2))
