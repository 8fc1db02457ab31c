"""The four trade facilitation indicators of CAREC's Corridor Performance Measurement and Monitoring (CPMM) [1].

TFI1, time to clear a border-crossing point: the mean time from the entry to the exit point of a crossing point,
waiting, unloading and loading and the change of gauge included; each side of a border is a crossing point of its own.
TFI2, cost incurred there. TFI3, cost to travel a corridor section of 500 km with a cargo of 20 t. TFI4, speed: without
delay (SWOD) the distance over the time in motion, with delay (SWD) over the whole time from origin to destination.
Delay is all time that the vehicle or train stands: at borders, in yards, at stops.

Annual reports give means over the samples of a year. How samples are weighted could not be read in [1]; means are plain
unless weights are given, and the weights are the caller's.

References
----------
1. CAREC Program. Corridor Performance Measurement and Monitoring, annual report 2023.
   https://cpmm.carecprogram.org/2023-report
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, non_negative, positive
from hubcalc.errors import ArgumentError, Problem

SECTION_KM = 500.0
"""Length of a corridor section [km]."""
SECTION_CARGO_TONNES = 20.0
"""Cargo that costs are given for [t]."""


def time_to_clear_hours(hours: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Give TFI1, the mean time to clear a border-crossing point.

    Parameters
    ----------
    hours : array_like, shape (samples,)
        Time from the entry to the exit of one crossing point, one side of a border, by sample. [h]
    weights : array_like, shape (samples,), optional
        Weight of each sample; equal if not given. [1]

    Returns
    -------
    float
        Mean. [h]

    Raises
    ------
    ArgumentError
        If there is no sample, a time or weight is negative or not finite, or all weights are 0.

    Examples
    --------
    Outbound 6.8 h and inbound 78.0 h make the 67.4 h of Kazakhstan's railways in 2022 if 851 of 1000 samples come in.

    >>> round(time_to_clear_hours([6.8, 78.0], weights=[149, 851]), 1)
    67.4
    """
    return _mean("hours", hours, weights)


def cost_to_clear_usd(costs_usd: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Give TFI2, the mean cost incurred at a border-crossing point.

    Parameters
    ----------
    costs_usd : array_like, shape (samples,)
        Cost at one crossing point, official and other payments, by sample. [USD]
    weights : array_like, shape (samples,), optional
        Weight of each sample; equal if not given. [1]

    Returns
    -------
    float
        Mean. [USD]

    Raises
    ------
    ArgumentError
        If there is no sample, a cost or weight is negative or not finite, or all weights are 0.

    Examples
    --------
    >>> cost_to_clear_usd([100.0, 300.0])
    200.0
    """
    return _mean("costs_usd", costs_usd, weights)


def section_cost_usd(cost_usd: ArrayLike, distance_km: ArrayLike, cargo_tonnes: ArrayLike) -> FloatArray:
    """Give TFI3 of single travels: the cost brought to a section of 500 km and a cargo of 20 t.

    Parameters
    ----------
    cost_usd : array_like
        Cost of the travel, that at borders included. [USD]
    distance_km : array_like
        Its length. [km]
    cargo_tonnes : array_like
        Cargo that the cost is for. [t]

    Returns
    -------
    ndarray
        Cost for a section. [USD]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> float(section_cost_usd(4500.0, 3000.0, 24.0))
    625.0
    """
    cost, distance, cargo = broadcast(
        cost_usd=non_negative("cost_usd", cost_usd),
        distance_km=positive("distance_km", distance_km),
        cargo_tonnes=positive("cargo_tonnes", cargo_tonnes),
    )
    return np.asarray(cost * (SECTION_KM / distance) * (SECTION_CARGO_TONNES / cargo))


def speed_without_delay(distance_km: ArrayLike, moving_hours: ArrayLike) -> FloatArray:
    """Give TFI4 without delay (SWOD): distance over the time in motion.

    Parameters
    ----------
    distance_km : array_like
        Length of the travel. [km]
    moving_hours : array_like
        Time in motion. [h]

    Returns
    -------
    ndarray
        Speed. [km/h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> float(speed_without_delay(500.0, 10.0))
    50.0
    """
    return speed_with_delay(distance_km, moving_hours, 0.0)


def speed_with_delay(distance_km: ArrayLike, moving_hours: ArrayLike, standing_hours: ArrayLike) -> FloatArray:
    """Give TFI4 with delay (SWD): distance over the whole time, in motion and standing.

    Parameters
    ----------
    distance_km : array_like
        Length of the travel. [km]
    moving_hours : array_like
        Time in motion. [h]
    standing_hours : array_like
        Time at borders, in yards and at stops. [h]

    Returns
    -------
    ndarray
        Speed. [km/h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> float(speed_with_delay(500.0, 10.0, 30.0))
    12.5
    """
    distance, moving, standing = broadcast(
        distance_km=non_negative("distance_km", distance_km),
        moving_hours=positive("moving_hours", moving_hours),
        standing_hours=non_negative("standing_hours", standing_hours),
    )
    return np.asarray(distance / (moving + standing))


def section_delay_hours(swod_km_per_hour: ArrayLike, swd_km_per_hour: ArrayLike) -> FloatArray:
    """Give the time that stands still in a section of 500 km, from the two speeds.

    Parameters
    ----------
    swod_km_per_hour : array_like
        Speed without delay (SWOD). [km/h]
    swd_km_per_hour : array_like
        Speed with delay (SWD). [km/h]

    Returns
    -------
    ndarray
        500 (1 / SWD - 1 / SWOD). [h]

    Raises
    ------
    ArgumentError
        If a speed is not positive and finite, or the speed with delay is the higher.

    Examples
    --------
    CAREC railways in 2022.

    >>> round(float(section_delay_hours(53.9, 12.4)), 1)
    31.0
    """
    free, slow = positive("swod_km_per_hour", swod_km_per_hour), positive("swd_km_per_hour", swd_km_per_hour)
    free, slow = broadcast(swod_km_per_hour=free, swd_km_per_hour=slow)
    if np.any(slow > free):
        message = "the speed with delay is above that without"
        raise ArgumentError.of(Problem(message, parameter="swd_km_per_hour", allowed="up to the speed without delay"))
    return np.asarray(SECTION_KM * (1 / slow - 1 / free))


@dataclass(frozen=True, slots=True)
class Indicators:
    """The four indicators of one travel, or of the mean travel of a model.

    Of the borders, the means over the crossing points passed; NaN never: without a border they are None.
    """

    time_to_clear_hours: float | None
    """TFI1. [h]"""
    cost_to_clear_usd: float | None
    """TFI2. [USD]"""
    section_cost_usd: float
    """TFI3. [USD]"""
    speed_without_delay_km_per_hour: float
    """TFI4, SWOD. [km/h]"""
    speed_with_delay_km_per_hour: float
    """TFI4, SWD. [km/h]"""


def indicators(
    distance_km: ArrayLike,
    moving_hours: ArrayLike,
    standing_hours: ArrayLike,
    cost_usd: ArrayLike,
    border: ArrayLike,
    cargo_tonnes: float,
) -> Indicators:
    """Give the four indicators of a travel over a chain of segments.

    Parameters
    ----------
    distance_km : array_like, shape (segments,)
        Length of each segment; 0 at places. [km]
    moving_hours : array_like, shape (segments,)
        Time in motion. [h]
    standing_hours : array_like, shape (segments,)
        Time at a stand. [h]
    cost_usd : array_like, shape (segments,)
        Cost. [USD]
    border : array_like of bool, shape (segments,)
        Which segments are border-crossing points, each side of a border one.
    cargo_tonnes : float
        Cargo that the costs are for. [t]

    Returns
    -------
    Indicators
        TFI1 to TFI4.

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or nothing moves.

    Examples
    --------
    >>> one = indicators([1000, 0, 500], [20, 0, 10], [5, 40, 5], [800, 300, 400], [False, True, False], 20.0)
    >>> one.time_to_clear_hours, one.cost_to_clear_usd, one.section_cost_usd
    (40.0, 300.0, 500.0)
    >>> one.speed_without_delay_km_per_hour, one.speed_with_delay_km_per_hour
    (50.0, 18.75)
    """
    distance, moving, standing, cost = broadcast(
        distance_km=non_negative("distance_km", distance_km),
        moving_hours=non_negative("moving_hours", moving_hours),
        standing_hours=non_negative("standing_hours", standing_hours),
        cost_usd=non_negative("cost_usd", cost_usd),
    )
    crossing = np.asarray(border, dtype=bool)
    if crossing.shape != distance.shape or distance.ndim != 1:
        message = "one value a segment is needed"
        raise ArgumentError.of(Problem(message, parameter="border", given=crossing.shape, allowed=str(distance.shape)))
    length, run, stand = (float(np.sum(values)) for values in (distance, moving, standing))
    hours = moving + standing
    return Indicators(
        time_to_clear_hours=float(np.mean(hours[crossing])) if crossing.any() else None,
        cost_to_clear_usd=float(np.mean(cost[crossing])) if crossing.any() else None,
        section_cost_usd=float(section_cost_usd(np.sum(cost), length, cargo_tonnes)),
        speed_without_delay_km_per_hour=float(speed_without_delay(length, run)),
        speed_with_delay_km_per_hour=float(speed_with_delay(length, run, stand)),
    )


def _mean(name: str, values: ArrayLike, weights: ArrayLike | None) -> float:
    """Give the mean of samples, weighted where weights are given."""
    column = np.atleast_1d(non_negative(name, values))
    if not column.size:
        raise ArgumentError.of(Problem("one sample or more is needed", parameter=name))
    if weights is None:
        return float(np.mean(column))
    given = np.atleast_1d(non_negative("weights", weights))
    if given.shape != column.shape or not np.any(given > 0):
        message = "one weight a sample is needed, and one above 0"
        raise ArgumentError.of(Problem(message, parameter="weights", given=given.shape, allowed=str(column.shape)))
    return float(np.sum(column * given) / np.sum(given))
