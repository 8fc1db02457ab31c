"""Fleets that go round: what a fleet carries is its vehicles over their cycle time.

References
----------
.. [1] Little, J. D. C. (1961). A proof for the queuing formula: L = lambda W. Operations Research 9(3), 383-387.
       doi:10.1287/opre.9.3.383
.. [2] US Army Transportation School. TR0603 Rail Operations Planning, Army Correspondence Course, subcourse 603,
       edition 3, paras 3.5-3.7.
"""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, non_negative, positive, probability_below_one
from hubcalc.capacity._limits import IntegerArray, rounded_up, share_above_zero
from hubcalc.units import DAYS_PER_YEAR, HOURS_PER_DAY


def fleet_trips_per_hour(vehicles: ArrayLike, cycle_hours: ArrayLike, availability: ArrayLike = 1.0) -> FloatArray:
    """Give the round trips of a fleet: W / T, by Little's law [1]_.

    Parameters
    ----------
    vehicles : array_like
        Vehicles, wagons, locomotives or vessels of the fleet. [vehicles]
    cycle_hours : array_like
        Time of a round trip, waits included. [h]
    availability : array_like, optional
        Share of the fleet that is in service, above 0 and up to 1. [1]

    Returns
    -------
    ndarray
        Round trips. [trips/h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    References
    ----------
    .. [1] Little (1961), see the module.

    Examples
    --------
    >>> float(fleet_trips_per_hour(1200, 10 * 24, 0.9)) * 24
    108.0
    """
    in_service = non_negative("vehicles", vehicles) * share_above_zero("availability", availability)
    return np.asarray(in_service / positive("cycle_hours", cycle_hours))


def fewest_vehicles(trips_per_hour: ArrayLike, cycle_hours: ArrayLike, availability: ArrayLike = 1.0) -> IntegerArray:
    """Give the fewest vehicles that make a number of round trips.

    Parameters
    ----------
    trips_per_hour : array_like
        Round trips asked for. [trips/h]
    cycle_hours : array_like
        Time of a round trip, waits included. [h]
    availability : array_like, optional
        Share of the fleet that is in service, above 0 and up to 1. [1]

    Returns
    -------
    ndarray of int64
        Vehicles. [vehicles]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    Tractors for a crane of 30 moves an hour, 9 minutes a round:

    >>> int(fewest_vehicles(30, 9 / 60))
    5
    """
    busy = non_negative("trips_per_hour", trips_per_hour) * positive("cycle_hours", cycle_hours)
    return rounded_up("trips_per_hour", np.asarray(busy / share_above_zero("availability", availability)))


def division_running_hours(division_km: ArrayLike, speed_km_per_hour: ArrayLike) -> IntegerArray:
    """Give the running time over a division in whole hours, fractions raised [1]_.

    Parameters
    ----------
    division_km : array_like
        Length of the division. [km]
    speed_km_per_hour : array_like
        Mean speed of a train. [km/h]

    Returns
    -------
    ndarray of int64
        Running time. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    References
    ----------
    .. [1] TR0603, para 3.7, see the module.

    Examples
    --------
    >>> int(division_running_hours(110, 8))
    14
    """
    hours = non_negative("division_km", division_km) / positive("speed_km_per_hour", speed_km_per_hour)
    return rounded_up("division_km", np.asarray(hours))


def road_engines(
    trains_per_day: ArrayLike, running_hours: ArrayLike, terminal_hours: ArrayLike, reserve_share: ArrayLike = 0.2
) -> IntegerArray:
    """Give the road engines of a division: TD (RT + TT) / 24 x 2 x (1 + reserve), fractions raised [1]_.

    Parameters
    ----------
    trains_per_day : array_like
        Trains each way. [trains/day]
    running_hours : array_like
        Running time over the division. [h]
    terminal_hours : array_like
        Time at the terminal. [h]
    reserve_share : array_like, optional
        Engines in reserve over those in use; the guideline is a fifth. [1]

    Returns
    -------
    ndarray of int64
        Road engines. [engines]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    References
    ----------
    .. [1] TR0603, para 3.6, see the module.

    Examples
    --------
    >>> int(road_engines(7, 14, 3))
    12
    """
    hours = positive("running_hours", running_hours) + non_negative("terminal_hours", terminal_hours)
    used = non_negative("trains_per_day", trains_per_day) * hours / HOURS_PER_DAY * 2.0
    return rounded_up("trains_per_day", np.asarray(used * (1.0 + non_negative("reserve_share", reserve_share))))


def rolling_stock(cars_per_day: ArrayLike, turnaround_days: ArrayLike, reserve_share: ArrayLike = 0.1) -> IntegerArray:
    """Give the cars of a kind: a day's dispatch times the turnaround, with a reserve, fractions raised [1]_.

    Parameters
    ----------
    cars_per_day : array_like
        Cars dispatched. [cars/day]
    turnaround_days : array_like
        Time until a car can be dispatched again. [days]
    reserve_share : array_like, optional
        Cars in reserve over those in use; the guideline is a tenth. [1]

    Returns
    -------
    ndarray of int64
        Cars. [cars]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    References
    ----------
    .. [1] TR0603, para 3.5, see the module.

    Examples
    --------
    >>> int(rolling_stock(55, 9))
    545
    """
    used = non_negative("cars_per_day", cars_per_day) * positive("turnaround_days", turnaround_days)
    return rounded_up("cars_per_day", np.asarray(used * (1.0 + non_negative("reserve_share", reserve_share))))


def sea_fleet_calls_per_year(
    vessels: ArrayLike,
    sea_hours: ArrayLike,
    port_hours: ArrayLike,
    closed_share: ArrayLike = 0.0,
    days_per_year: ArrayLike = DAYS_PER_YEAR,
) -> FloatArray:
    """Give the calls at each end of a sea route that a fleet can make.

    Parameters
    ----------
    vessels : array_like
        Vessels on the route. [vessels]
    sea_hours : array_like
        Time at sea of a round trip. [h]
    port_hours : array_like
        Time in both ports of a round trip, waits included. [h]
    closed_share : array_like, optional
        Share of the time in which no vessel can sail or load, as in storms, from 0 to below 1. [1]
    days_per_year : array_like, optional
        Days on which the vessels are in service. [days/year]

    Returns
    -------
    ndarray
        Calls at each end. [calls/year]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    Two ferries, 18 hours each way, 10 hours in each port:

    >>> round(float(sea_fleet_calls_per_year(2, 36, 20, closed_share=0.2)), 1)
    250.3
    """
    open_share = 1.0 - probability_below_one("closed_share", closed_share)
    service = positive("days_per_year", days_per_year) * HOURS_PER_DAY * open_share
    cycle = positive("sea_hours", sea_hours) + non_negative("port_hours", port_hours)
    return np.asarray(non_negative("vessels", vessels) * service / cycle)
