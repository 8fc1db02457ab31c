"""Berths: the balance of berth hours, and the calls that they can take.

References
----------
.. [1] UNCTAD (1985). Port Development: A Handbook for Planners in Developing Countries, 2nd ed. United Nations,
       TD/B/C.4/175/Rev.1.
"""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, between, non_negative, positive, whole_at_least_one
from hubcalc.capacity._limits import IntegerArray, rounded_up, share_above_zero
from hubcalc.units import DAYS_PER_YEAR, HOURS_PER_DAY

UNCTAD_UTILIZATION = (0.40, 0.50, 0.55, 0.60, 0.65, 0.70)
"""Largest utilization that UNCTAD [1]_ recommends for 1, 2, ..., 6 and more berths of general cargo."""


def _yearly_hours(hours_per_day: ArrayLike, days_per_year: ArrayLike) -> FloatArray:
    """Give the hours in which a berth works in a year."""
    hours = positive("hours_per_day", between("hours_per_day", hours_per_day, 0, HOURS_PER_DAY))
    return np.asarray(hours * positive("days_per_year", days_per_year))


def _busy_berths(
    calls_per_year: ArrayLike, service_hours: ArrayLike, hours_per_day: ArrayLike, days_per_year: ArrayLike
) -> FloatArray:
    """Give the berths that the calls would keep busy without a pause."""
    demand = non_negative("calls_per_year", calls_per_year) * positive("service_hours", service_hours)
    return np.asarray(demand / _yearly_hours(hours_per_day, days_per_year))


def berth_utilization(
    calls_per_year: ArrayLike,
    service_hours: ArrayLike,
    berths: ArrayLike,
    hours_per_day: ArrayLike = HOURS_PER_DAY,
    days_per_year: ArrayLike = DAYS_PER_YEAR,
) -> FloatArray:
    """Give the berth occupancy ratio (BOR): berth hours asked for over berth hours offered.

    Parameters
    ----------
    calls_per_year : array_like
        Calls of vessels. [calls/year]
    service_hours : array_like
        Working hours that a call keeps a berth, mooring included. [h]
    berths : array_like
        Berths. [berths]
    hours_per_day : array_like, optional
        Hours in which the berths work. [h/day]
    days_per_year : array_like, optional
        Days on which the berths work. [days/year]

    Returns
    -------
    ndarray
        Berth occupancy ratio; above 1 where the calls ask for more than there is. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(berth_utilization(1025, 20, 5, hours_per_day=20)), 4)
    0.5616
    """
    busy = _busy_berths(calls_per_year, service_hours, hours_per_day, days_per_year)
    return np.asarray(busy / positive("berths", berths))


def needed_berths(
    calls_per_year: ArrayLike,
    service_hours: ArrayLike,
    largest_utilization: ArrayLike,
    hours_per_day: ArrayLike = HOURS_PER_DAY,
    days_per_year: ArrayLike = DAYS_PER_YEAR,
) -> FloatArray:
    """Give the berths, not rounded, with which the calls meet a berth occupancy ratio.

    Parameters
    ----------
    calls_per_year : array_like
        Calls of vessels. [calls/year]
    service_hours : array_like
        Working hours that a call keeps a berth, mooring included. [h]
    largest_utilization : array_like
        Berth occupancy ratio allowed, above 0 and up to 1. [1]
    hours_per_day : array_like, optional
        Hours in which the berths work. [h/day]
    days_per_year : array_like, optional
        Days on which the berths work. [days/year]

    Returns
    -------
    ndarray
        Berths, as a real number. [berths]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(needed_berths(1025, 20, 0.65, hours_per_day=20)), 2)
    4.32
    """
    busy = _busy_berths(calls_per_year, service_hours, hours_per_day, days_per_year)
    return np.asarray(busy / share_above_zero("largest_utilization", largest_utilization))


def fewest_berths(
    calls_per_year: ArrayLike,
    service_hours: ArrayLike,
    largest_utilization: ArrayLike,
    hours_per_day: ArrayLike = HOURS_PER_DAY,
    days_per_year: ArrayLike = DAYS_PER_YEAR,
) -> IntegerArray:
    """Give the fewest berths with which the calls keep to a berth occupancy ratio.

    Parameters
    ----------
    calls_per_year : array_like
        Calls of vessels. [calls/year]
    service_hours : array_like
        Working hours that a call keeps a berth, mooring included. [h]
    largest_utilization : array_like
        Berth occupancy ratio allowed, above 0 and up to 1. [1]
    hours_per_day : array_like, optional
        Hours in which the berths work. [h/day]
    days_per_year : array_like, optional
        Days on which the berths work. [days/year]

    Returns
    -------
    ndarray of int64
        Berths, at least one. [berths]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> int(fewest_berths(1025, 20, 0.65, hours_per_day=20))
    5
    """
    needed = needed_berths(calls_per_year, service_hours, largest_utilization, hours_per_day, days_per_year)
    return np.maximum(rounded_up("calls_per_year", needed), 1)


def unctad_utilization(berths: ArrayLike) -> FloatArray:
    """Give the largest berth occupancy ratio that UNCTAD recommends for general cargo.

    A rule of thumb [1]_; the `largest_utilization_for_wait_ratio` follows from the wait instead.

    Parameters
    ----------
    berths : array_like
        Berths, whole numbers. [berths]

    Returns
    -------
    ndarray
        Berth occupancy ratio. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    References
    ----------
    .. [1] UNCTAD (1985), see the module.

    Examples
    --------
    >>> unctad_utilization([1, 4, 6, 20]).tolist()
    [0.4, 0.6, 0.7, 0.7]
    """
    count = np.minimum(whole_at_least_one("berths", berths), len(UNCTAD_UTILIZATION))
    return np.asarray(np.array(UNCTAD_UTILIZATION)[count.astype(np.int64) - 1])


def berth_calls_per_year(
    berths: ArrayLike,
    utilization: ArrayLike,
    service_hours: ArrayLike,
    hours_per_day: ArrayLike = HOURS_PER_DAY,
    days_per_year: ArrayLike = DAYS_PER_YEAR,
) -> FloatArray:
    """Give the calls that berths take at a given utilization; times the load of a call it is their throughput.

    Parameters
    ----------
    berths : array_like
        Berths. [berths]
    utilization : array_like
        Berth occupancy ratio that the berths may reach, from 0 to 1. [1]
    service_hours : array_like
        Working hours that a call keeps a berth, mooring included. [h]
    hours_per_day : array_like, optional
        Hours in which the berths work. [h/day]
    days_per_year : array_like, optional
        Days on which the berths work. [days/year]

    Returns
    -------
    ndarray
        Calls. [calls/year]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    Four berths, a vessel of 2300 TEU a day at each, as busy as a wait of a tenth of the service allows:

    >>> round(float(berth_calls_per_year(4, 0.6545, 24)) * 2300 / 1e6, 3)
    2.198
    """
    offered = positive("berths", berths) * _yearly_hours(hours_per_day, days_per_year)
    return np.asarray(offered * between("utilization", utilization, 0, 1) / positive("service_hours", service_hours))
