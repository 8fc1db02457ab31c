"""Trains of several kinds on one line: freight trains that others remove, and the capacity that all of them need."""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, non_negative, positive
from hubcalc.capacity._limits import share_above_zero


def freight_pairs_per_day(
    pairs_per_day: ArrayLike, removing_pairs_per_day: ArrayLike, removal_coefficients: ArrayLike
) -> FloatArray:
    """Give the pairs of freight trains that remain beside trains of other kinds: N - sum n e, no less than 0.

    Parameters
    ----------
    pairs_per_day : array_like
        Pairs of like freight trains that the line takes without others. [pairs/day]
    removing_pairs_per_day : array_like
        Pairs of each other kind, along the last axis. [pairs/day]
    removal_coefficients : array_like
        Pairs of freight trains that a pair of each kind removes, along the last axis. [1]

    Returns
    -------
    ndarray
        Pairs of freight trains. [pairs/day]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    References
    ----------
    A worked example of lecture notes on the capacity of railway lines.

    Examples
    --------
    >>> round(float(freight_pairs_per_day(22, [1, 1, 1, 1], [1.2, 1.0, 1.2, 1.6])), 6)
    17.0
    """
    kinds, coefficients = broadcast(
        removing_pairs_per_day=np.atleast_1d(non_negative("removing_pairs_per_day", removing_pairs_per_day)),
        removal_coefficients=np.atleast_1d(non_negative("removal_coefficients", removal_coefficients)),
    )
    removed = np.asarray((kinds * coefficients).sum(axis=-1))
    left: FloatArray = positive("pairs_per_day", pairs_per_day) - removed
    return np.asarray(np.maximum(left, 0.0))


def needed_pairs_per_day(
    freight_pairs_per_day: ArrayLike, removed_pairs_per_day: ArrayLike, practical_share: ArrayLike
) -> FloatArray:
    """Give the pairs of like trains that a line must be able to take for its traffic with a reserve.

    Parameters
    ----------
    freight_pairs_per_day : array_like
        Pairs of freight trains. [pairs/day]
    removed_pairs_per_day : array_like
        Pairs of freight trains that those of other kinds remove. [pairs/day]
    practical_share : array_like
        Share of the capacity that may be used, above 0 and up to 1; 0.87 in a worked example of a textbook. [1]

    Returns
    -------
    ndarray
        Pairs of trains, not rounded. [pairs/day]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    References
    ----------
    A worked example of lecture notes on the capacity of railway lines.

    Examples
    --------
    >>> round(float(needed_pairs_per_day(13, 5, 0.87)), 1)
    20.7
    """
    used = non_negative("freight_pairs_per_day", freight_pairs_per_day) + non_negative(
        "removed_pairs_per_day", removed_pairs_per_day
    )
    return np.asarray(used / share_above_zero("practical_share", practical_share))
