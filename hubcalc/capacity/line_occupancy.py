"""Occupancy of a railway line by its compressed timetable, after UIC 406.

References
----------
.. [1] UIC (2013). UIC Code 406: Capacity, 2nd ed. International Union of Railways, Paris.
"""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, non_negative, positive
from hubcalc.capacity._limits import share_above_zero

UIC_LARGEST_OCCUPANCY = {
    "mixed": (0.75, 0.60),
    "suburban": (0.85, 0.70),
    "high_speed": (0.75, 0.60),
}
"""Largest occupancy in the peak hour and over the day, as shares, that UIC 406 recommends by kind of line [1]_."""


def line_occupancy_share(occupied_minutes: ArrayLike, window_minutes: ArrayLike) -> FloatArray:
    """Give the occupancy of a line section: the length of its compressed timetable over that of the window.

    Parameters
    ----------
    occupied_minutes : array_like
        Time that the trains of the window occupy the section when their paths are pushed together. [min]
    window_minutes : array_like
        Time of the window, an hour or a day. [min]

    Returns
    -------
    ndarray
        Occupancy; above 1 where the trains do not fit. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> float(line_occupancy_share(45, 60))
    0.75
    """
    occupied = non_negative("occupied_minutes", occupied_minutes)
    return np.asarray(occupied / positive("window_minutes", window_minutes))


def additional_time_rate(largest_occupancy_share: ArrayLike) -> FloatArray:
    """Give the time that is added to the occupancy for a stable timetable: 1 / limit - 1 [1]_.

    Parameters
    ----------
    largest_occupancy_share : array_like
        Largest occupancy for a stable timetable, above 0 and up to 1; see `UIC_LARGEST_OCCUPANCY`. [1]

    Returns
    -------
    ndarray
        Additional time over the time occupied. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    References
    ----------
    .. [1] UIC (2013), see the module.

    Examples
    --------
    >>> additional_time_rate([0.75, 0.6]).round(4).tolist()
    [0.3333, 0.6667]
    """
    return np.asarray(1.0 / share_above_zero("largest_occupancy_share", largest_occupancy_share) - 1.0)


def capacity_consumption_share(occupancy_share: ArrayLike, largest_occupancy_share: ArrayLike) -> FloatArray:
    """Give the capacity consumption: the occupancy with the additional time; 1 is full [1]_.

    Parameters
    ----------
    occupancy_share : array_like
        Occupancy of the section. [1]
    largest_occupancy_share : array_like
        Largest occupancy for a stable timetable, above 0 and up to 1; see `UIC_LARGEST_OCCUPANCY`. [1]

    Returns
    -------
    ndarray
        Capacity consumption. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    References
    ----------
    .. [1] UIC (2013), see the module.

    Examples
    --------
    >>> capacity_consumption_share(0.45, [0.75, 0.6]).round(4).tolist()
    [0.6, 0.75]
    """
    rate = additional_time_rate(largest_occupancy_share)
    return np.asarray(non_negative("occupancy_share", occupancy_share) * (1.0 + rate))
