"""Divisions of a single-track railway by the rules of military rail planning.

References
----------
.. [1] US Army Transportation School. TR0603 Rail Operations Planning, Army Correspondence Course, subcourse 603,
       edition 3, paras 2.12-2.17.
"""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, non_negative, positive
from hubcalc.capacity._limits import IntegerArray
from hubcalc.errors import ArgumentError, Problem
from hubcalc.units import HOURS_PER_DAY


def effective_passing_tracks(positions_km: ArrayLike, least_distance_km: ArrayLike) -> IntegerArray:
    """Count the passing tracks that are no nearer to the one before them than a least distance [1]_.

    Parameters
    ----------
    positions_km : array_like
        Distances of the passing tracks from one end of the division, rising along the last axis. [km]
    least_distance_km : array_like
        Distance below which a passing track adds nothing; the guideline is 5 miles. [km]

    Returns
    -------
    ndarray of int64
        Passing tracks that count. [tracks]

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or the positions do not rise.

    References
    ----------
    .. [1] TR0603, para 2.14a, see the module.

    Examples
    --------
    >>> int(effective_passing_tracks([7, 15, 21, 27, 31, 37], 5))
    5
    """
    positions = np.atleast_1d(non_negative("positions_km", positions_km))
    steps = np.diff(positions, axis=-1)
    if np.any(steps <= 0.0):
        raise ArgumentError.of(Problem("must rise", parameter="positions_km", allowed="rising along the last axis"))
    least = positive("least_distance_km", least_distance_km)[..., np.newaxis]
    return np.asarray(1 + np.count_nonzero(steps >= least, axis=-1), dtype=np.int64)


def division_trains_per_day(
    passing_tracks: ArrayLike, speed_km_per_hour: ArrayLike, division_km: ArrayLike
) -> FloatArray:
    """Give the train density of a single-track division: (NT + 1) / 2 x 24 S / L trains each way, not rounded [1]_.

    Parameters
    ----------
    passing_tracks : array_like
        Passing tracks that count. [tracks]
    speed_km_per_hour : array_like
        Mean speed of a train. [km/h]
    division_km : array_like
        Length of the division. [km]

    Returns
    -------
    ndarray
        Trains each way. [trains/day]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    References
    ----------
    .. [1] TR0603, para 2.13b, see the module.

    Examples
    --------
    Any unit of length will do if it is the same in both, as miles here:

    >>> round(float(division_trains_per_day(14, 10, 110)), 2)
    16.36
    """
    ways = (non_negative("passing_tracks", passing_tracks) + 1.0) / 2.0
    daily = HOURS_PER_DAY * positive("speed_km_per_hour", speed_km_per_hour)
    return np.asarray(ways * daily / positive("division_km", division_km))


def division_tons_per_day(
    train_tons: ArrayLike, trains_per_day: ArrayLike, passenger_trains_per_day: ArrayLike = 0.0
) -> FloatArray:
    """Give the net tonnage of a division: the load of a train times its trains less those of passengers [1]_.

    Parameters
    ----------
    train_tons : array_like
        Net load of a train. [t]
    trains_per_day : array_like
        Trains each way. [trains/day]
    passenger_trains_per_day : array_like, optional
        Trains of these that carry passengers. [trains/day]

    Returns
    -------
    ndarray
        Net tonnage, no less than 0. [t/day]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    References
    ----------
    .. [1] TR0603, para 2.15, see the module.

    Examples
    --------
    >>> division_tons_per_day(383, 17, [0, 4]).tolist()
    [6511.0, 4979.0]
    """
    passengers = non_negative("passenger_trains_per_day", passenger_trains_per_day)
    freight = np.maximum(non_negative("trains_per_day", trains_per_day) - passengers, 0.0)
    return np.asarray(positive("train_tons", train_tons) * freight)


def end_delivery_tons_per_day(division_tons_per_day: ArrayLike) -> FloatArray:
    """Give the tonnage that a railway of several divisions delivers: that of its most restrictive one [1]_.

    Parameters
    ----------
    division_tons_per_day : array_like
        Net tonnage of each division, along the last axis. [t/day]

    Returns
    -------
    ndarray
        Net tonnage at the end. [t/day]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    References
    ----------
    .. [1] TR0603, para 2.16, see the module.

    Examples
    --------
    >>> float(end_delivery_tons_per_day([3830, 3447, 4213]))
    3447.0
    """
    tons = np.atleast_1d(non_negative("division_tons_per_day", division_tons_per_day))
    return np.asarray(tons.min(axis=-1))
