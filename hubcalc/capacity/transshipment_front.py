"""Capacity of a transshipment front: the smaller of what its cranes and its tracks carry.

References
----------
.. [1] Ballis, A. & Golias, J. (2002). Comparative evaluation of existing and innovative rail-road freight transport
       terminals. Transportation Research Part A 36(7), 593-611. doi:10.1016/S0965-8564(01)00024-6
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hubcalc.arguments import at_least_one, between, non_negative, positive


def moves_per_box(
    yard_share: ArrayLike, rehandling_share: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give mean and variance of the crane moves that one box costs.

    A box put through the yard costs a second move, and each box is handled twice over with the re-handling probability:
    moves = (1 + Y)(1 + R) with independent 0-1 variables Y and R.

    Parameters
    ----------
    yard_share : array_like
        Share of the boxes put through the yard. [1]
    rehandling_share : array_like
        Share of the moves that must be done twice. [1]

    Returns
    -------
    tuple of ndarray
        Mean [moves] and variance [moves^2], broadcast.

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> mean, variance = moves_per_box(0.5, 0.0)
    >>> float(mean), float(variance)
    (1.5, 0.25)
    """
    yard, again = between("yard_share", yard_share, 0, 1), between("rehandling_share", rehandling_share, 0, 1)
    mean = (1 + yard) * (1 + again)
    second = (1 + 3 * yard) * (1 + 3 * again)  # E[(1 + Y)^2] = 1 + 3 y
    return mean, second - mean**2


def crane_capacity_per_hour(
    cranes: ArrayLike,
    moves_per_crane_hour: ArrayLike,
    crane_availability: ArrayLike,
    boxes_per_train: ArrayLike,
    moves_per_box: ArrayLike,
) -> NDArray[np.float64]:
    """Give the trains that the cranes can handle in an hour.

    Parameters
    ----------
    cranes : array_like
        Cranes that work the front. [cranes]
    moves_per_crane_hour : array_like
        Moves of one crane in an hour of work. [moves/h]
    crane_availability : array_like
        Share of the time in which a crane can work. [1]
    boxes_per_train : array_like
        Mean number of boxes of a train. [boxes]
    moves_per_box : array_like
        Mean moves that one box costs. [moves]

    Returns
    -------
    ndarray
        Trains. [trains/h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> float(crane_capacity_per_hour(3, 16.4, 1.0, 45, 1.0)) * 24  # 45 boxes in 55 minutes
    26.24...
    """
    moves_per_hour = (
        positive("cranes", cranes)
        * positive("moves_per_crane_hour", moves_per_crane_hour)
        * positive("crane_availability", crane_availability)
    )
    return np.asarray(
        moves_per_hour / (positive("boxes_per_train", boxes_per_train) * positive("moves_per_box", moves_per_box))
    )


def track_capacity_per_hour(
    track_pairs: ArrayLike, shunting_hours: ArrayLike, handling_hours: ArrayLike
) -> NDArray[np.float64]:
    """Give the trains that the tracks of a front can take in an hour.

    Each train occupies a pair of tracks while it is placed, handled and removed [1]_:
    C = n / (t_in + t_handle + t_out).

    Parameters
    ----------
    track_pairs : array_like
        Pairs of a standard-gauge and a broad-gauge track. [pairs]
    shunting_hours : array_like
        Time to place and to remove a train. [h]
    handling_hours : array_like
        Time that all cranes together need for a train. [h]

    Returns
    -------
    ndarray
        Trains. [trains/h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    References
    ----------
    .. [1] Ballis & Golias (2002), see the module.

    Examples
    --------
    >>> float(track_capacity_per_hour(2, 1.5, 0.5))
    1.0
    """
    occupancy = non_negative("shunting_hours", shunting_hours) + positive("handling_hours", handling_hours)
    return np.asarray(positive("track_pairs", track_pairs) / occupancy)


def joined_wait_hours(
    crane_wait_hours: ArrayLike,
    track_wait_hours: ArrayLike,
    trains_per_hour: ArrayLike,
    handling_hours: ArrayLike,
    track_pairs: ArrayLike,
) -> NDArray[np.float64]:
    """Give the mean wait of a train at a front whose trains queue for tracks and, once placed, for the cranes.

    With tracks in plenty only the crane queue counts; with one pair of tracks only the track queue. Between them a
    train that holds a track also waits for the cranes, which at most the other k - 1 placed trains keep busy: that is
    taken as the crane queue at (k-1)/k of its load l, which is less by the ratio of l/(1-l). The longer of the two is
    the wait. An own approximation; its error against simulation is measured by ``benchmarks/front_error.py`` (see
    docs/methods.md).

    Parameters
    ----------
    crane_wait_hours : array_like
        Mean wait of a train for the cranes if there were a track for every train. [h]
    track_wait_hours : array_like
        Mean wait of a train for a pair of tracks if it never waited for the cranes. [h]
    trains_per_hour : array_like
        Trains that arrive. [trains/h]
    handling_hours : array_like
        Time that all cranes together need for a train. [h]
    track_pairs : array_like
        Pairs of tracks. [pairs]

    Returns
    -------
    ndarray
        Mean wait. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> float(joined_wait_hours(0.5, 0.0, 0.5, 1.0, 1_000_000_000))
    0.5
    >>> float(joined_wait_hours(0.5, 2.0, 0.5, 1.0, 1))
    2.0
    """
    crane_wait = np.asarray(crane_wait_hours, dtype=np.float64)  # these two may be endless
    track_wait = np.asarray(track_wait_hours, dtype=np.float64)
    rate, handling = non_negative("trains_per_hour", trains_per_hour), positive("handling_hours", handling_hours)
    pairs = at_least_one("track_pairs", track_pairs)
    load = np.minimum(rate * handling, 1.0)
    others = load * (pairs - 1) / pairs
    # the ratio of others/(1 - others) to load/(1 - load), free of divisions by zero
    fewer = (pairs - 1) * (1 - load) / np.maximum(pairs - (pairs - 1) * load, 1.0)
    contention = np.where(others > 0, fewer * np.where(np.isfinite(crane_wait), crane_wait, 0.0), 0.0)
    joined = np.maximum(crane_wait, track_wait + contention)
    return np.where(rate * handling >= 1, np.inf, joined)
