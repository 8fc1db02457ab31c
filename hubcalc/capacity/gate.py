"""Gates: the peak hour of a year's traffic, the lanes that it needs, and what appointments take off the peak."""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, at_least_one, between, non_negative, positive
from hubcalc.capacity._limits import IntegerArray, rounded_up, share_above_zero
from hubcalc.queueing.staffing import fewest_stable_servers
from hubcalc.units import HOURS_PER_WEEK, minutes_to_hours


def peak_vehicles_per_hour(
    vehicles_per_year: ArrayLike,
    working_hours_per_year: ArrayLike,
    peak_factor: ArrayLike,
    peak_day_share: ArrayLike,
    peak_hour_share: ArrayLike,
) -> FloatArray:
    """Give the vehicles of the peak hour: those of a mean week times peak factor, share of the day and of the hour.

    Parameters
    ----------
    vehicles_per_year : array_like
        Vehicles that pass the gate. [vehicles/year]
    working_hours_per_year : array_like
        Hours in which the terminal works; over the hours of a week they are its weeks. [h/year]
    peak_factor : array_like
        Peak week over mean week, at least 1. [1]
    peak_day_share : array_like
        Share of a week's vehicles that comes on its peak day; 0.25 in planning software. [1]
    peak_hour_share : array_like
        Share of a day's vehicles that comes in its peak hour; 0.125 in planning software. [1]

    Returns
    -------
    ndarray
        Vehicles in the peak hour. [vehicles/h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    References
    ----------
    The formula of published terminal planning software (OpenTISim, TU Delft).

    Examples
    --------
    >>> round(float(peak_vehicles_per_hour(246_000 * 0.75, 8592, 1.2, 0.25, 0.125)), 2)
    135.28
    """
    weeks = positive("working_hours_per_year", working_hours_per_year) / HOURS_PER_WEEK
    week = non_negative("vehicles_per_year", vehicles_per_year) / weeks * at_least_one("peak_factor", peak_factor)
    day = week * between("peak_day_share", peak_day_share, 0, 1)
    return np.asarray(day * between("peak_hour_share", peak_hour_share, 0, 1))


def gate_lanes(
    vehicles_per_hour: ArrayLike, service_minutes: ArrayLike, largest_utilization: ArrayLike = 1.0
) -> IntegerArray:
    """Give the fewest lanes, or booths, that the vehicles of an hour keep busy no more than allowed.

    Lanes that are busy all the time have no bounded queue: even where all of the time may be used, a load of exactly
    as many lanes needs one more.

    Parameters
    ----------
    vehicles_per_hour : array_like
        Vehicles of the peak hour. [vehicles/h]
    service_minutes : array_like
        Time that a lane needs for a vehicle. [min]
    largest_utilization : array_like, optional
        Share of the time in which a lane may be busy, above 0 and up to 1. [1]

    Returns
    -------
    ndarray of int64
        Lanes, at least one. [lanes]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    Sixty trucks of three minutes each are three lanes' work without a pause:

    >>> gate_lanes(60, 3, [1.0, 0.75, 0.5]).tolist()
    [4, 4, 6]
    """
    rate = non_negative("vehicles_per_hour", vehicles_per_hour)
    hours = minutes_to_hours(positive("service_minutes", service_minutes))
    allowed = share_above_zero("largest_utilization", largest_utilization)
    return np.maximum(rounded_up("vehicles_per_hour", rate * hours / allowed), fewest_stable_servers(rate, hours))


def appointed_peak_hour_share(
    peak_hour_share: ArrayLike, appointment_share: ArrayLike, open_hours: ArrayLike
) -> FloatArray:
    """Give the share of a day's vehicles in its peak hour when some of them keep appointments spread evenly.

    Those with appointments come evenly over the open hours, the others as before: s' = (1 - a) s + a / H.

    Parameters
    ----------
    peak_hour_share : array_like
        Share of a day's vehicles in its peak hour without appointments; no less than an even hour. [1]
    appointment_share : array_like
        Share of the vehicles that have an appointment and keep it, from 0 to 1. [1]
    open_hours : array_like
        Hours of a day for which appointments are given, at least 1. [h]

    Returns
    -------
    ndarray
        Share of a day's vehicles in its peak hour. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> appointed_peak_hour_share(0.125, [0.0, 0.5, 1.0], 20).round(4).tolist()
    [0.125, 0.0875, 0.05]
    """
    kept = between("appointment_share", appointment_share, 0, 1)
    even = 1.0 / at_least_one("open_hours", open_hours)
    before = np.maximum(between("peak_hour_share", peak_hour_share, 0, 1), even)
    return np.asarray((1.0 - kept) * before + kept * even)


def appointed_vehicles_per_hour(vehicles_per_hour: ArrayLike, appointment_share: ArrayLike) -> FloatArray:
    """Give the arrivals hour by hour when some of the vehicles keep appointments spread evenly over these hours.

    Parameters
    ----------
    vehicles_per_hour : array_like
        Vehicles that come without appointments, hour by hour along the last axis. [vehicles/h]
    appointment_share : array_like
        Share of the vehicles that have an appointment and keep it; broadcasts with the other axes. [1]

    Returns
    -------
    ndarray
        Vehicles, hour by hour along the last axis; their sum stays. [vehicles/h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> appointed_vehicles_per_hour([10, 60, 20], 0.5).tolist()
    [20.0, 45.0, 25.0]
    """
    before = np.atleast_1d(non_negative("vehicles_per_hour", vehicles_per_hour))
    kept = between("appointment_share", appointment_share, 0, 1)[..., np.newaxis]
    return np.asarray((1.0 - kept) * before + kept * before.mean(axis=-1, keepdims=True))
