"""Reliability of a travel time: buffer, planning time and misery index, lateness, and the vessel that is missed."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, non_negative, positive
from hubcalc.errors import ArgumentError, Problem

_NEGLIGIBLE = 1e-9
_MOST_DEPARTURES = 100_000


class Time(Protocol):
    """A random time: `door_to_door.DoorToDoor` is one."""

    @property
    def mean_hours(self) -> float:
        """Mean [h]."""

    def below(self, hours: ArrayLike) -> FloatArray:
        """Give the probability of at most so many hours."""

    def quantile(self, probabilities: ArrayLike) -> FloatArray:
        """Give quantiles [h]."""

    def mean_beyond_hours(self, hours: ArrayLike) -> FloatArray:
        """Give E[max(X - hours, 0)] [h]."""


def buffer_index(mean_hours: ArrayLike, p95_hours: ArrayLike) -> FloatArray:
    """Give the extra time to be allowed for, over the mean, so as to be in time 19 times of 20.

    Parameters
    ----------
    mean_hours : array_like
        Mean travel time. [h]
    p95_hours : array_like
        Travel time that is not exceeded 95 times of 100. [h]

    Returns
    -------
    ndarray
        (P95 - mean) / mean; negative where a few extreme times lift the mean above P95. [1]

    Raises
    ------
    ArgumentError
        If an argument is not positive and finite.

    References
    ----------
    1. Federal Highway Administration (2006). Travel Time Reliability: Making It There On Time, All The Time.
       https://ops.fhwa.dot.gov/publications/tt_reliability/TTR_Report.htm

    Examples
    --------
    Eight minutes more than a mean of twenty.

    >>> round(float(buffer_index(20 / 60, 28 / 60)), 9)
    0.4
    """
    mean, late = broadcast(mean_hours=positive("mean_hours", mean_hours), p95_hours=positive("p95_hours", p95_hours))
    return np.asarray(late / mean - 1)


def planning_time_index(p95_hours: ArrayLike, free_flow_hours: ArrayLike) -> FloatArray:
    """Give the time to be planned over the time of those whom nobody holds up.

    Parameters
    ----------
    p95_hours : array_like
        Travel time that is not exceeded 95 times of 100. [h]
    free_flow_hours : array_like
        Travel time without any queue: of a chain, runs and services without waits. [h]

    Returns
    -------
    ndarray
        P95 / free-flow time. [1]

    Raises
    ------
    ArgumentError
        If an argument is not positive and finite.

    References
    ----------
    1. Federal Highway Administration (2006). Travel Time Reliability: Making It There On Time, All The Time.
       https://ops.fhwa.dot.gov/publications/tt_reliability/TTR_Report.htm

    Examples
    --------
    A trip of 15 minutes in light traffic, for which 24 have to be planned.

    >>> round(float(planning_time_index(24 / 60, 15 / 60)), 9)
    1.6
    """
    late, free = positive("p95_hours", p95_hours), positive("free_flow_hours", free_flow_hours)
    late, free = broadcast(p95_hours=late, free_flow_hours=free)
    return np.asarray(late / free)


def misery_index(mean_hours: ArrayLike, worst_fifth_hours: ArrayLike) -> FloatArray:
    """Give how much longer the slowest fifth of all travels takes than the mean.

    Parameters
    ----------
    mean_hours : array_like
        Mean travel time. [h]
    worst_fifth_hours : array_like
        Mean of the longest 20 percent of travel times; of a law, see `mean_of_worst_hours`. [h]

    Returns
    -------
    ndarray
        Mean of the worst fifth / mean - 1. [1]

    Raises
    ------
    ArgumentError
        If an argument is not positive and finite, or the worst are better than the mean.

    References
    ----------
    1. National Cooperative Highway Research Program (2008). Cost-Effective Performance Measures for Travel Time Delay,
       Variation, and Reliability. Report 618, equation 2.12. https://doi.org/10.17226/14167

    Examples
    --------
    The example of [1]: 90 minutes against 60.

    >>> float(misery_index(1.0, 1.5))
    0.5
    """
    mean, worst = positive("mean_hours", mean_hours), positive("worst_fifth_hours", worst_fifth_hours)
    mean, worst = broadcast(mean_hours=mean, worst_fifth_hours=worst)
    if np.any(worst < mean * (1 - _NEGLIGIBLE)):
        message = "the longest times are shorter than the mean"
        raise ArgumentError.of(Problem(message, parameter="worst_fifth_hours", allowed="at least the mean"))
    return np.asarray(worst / mean - 1)


def mean_of_worst_hours(time: Time, share: float = 0.2) -> float:
    r"""Give the mean of the longest times, :math:`q + E[\max(X - q, 0)] / s` with q the quantile of 1 - s.

    Parameters
    ----------
    time : Time
        The travel time.
    share : float, optional
        Share of the times that count as the longest, above 0 and below 1. [1]

    Returns
    -------
    float
        Mean of these. [h]

    Raises
    ------
    ArgumentError
        If the share is not above 0 and below 1.

    References
    ----------
    1. Rockafellar, R. T., Uryasev, S. (2000). Optimization of conditional value-at-risk. Journal of Risk 2(3), 21-41.
       https://doi.org/10.21314/JOR.2000.038

    Examples
    --------
    Of an exponential time, the worst fifth takes ln 5 + 1 means.

    >>> from hubcalc.network.door_to_door import TimeLaw, chain
    >>> round(mean_of_worst_hours(chain([TimeLaw.gamma(1.0, 1.0)])), 4)
    2.6094
    """
    if not 0 < share < 1:
        message = "is not a share of some times, but not of all"
        raise ArgumentError.of(Problem(message, parameter="share", given=share, allowed="above 0, below 1"))
    start = float(time.quantile(1 - share))
    return start + float(time.mean_beyond_hours(start)) / share


def lateness_probability(time: Time, deadline_hours: ArrayLike) -> FloatArray:
    """Give the probability to be late.

    Parameters
    ----------
    time : Time
        The travel time.
    deadline_hours : array_like
        Time allowed, counted from the start. [h]

    Returns
    -------
    ndarray
        Probability of more. [1]

    Raises
    ------
    ArgumentError
        If a deadline is negative or not finite.

    Examples
    --------
    >>> from hubcalc.network.door_to_door import TimeLaw, chain
    >>> round(float(lateness_probability(chain([TimeLaw.uniform(0.0, 10.0)]), 9.0)), 6)
    0.1
    """
    return np.asarray(1 - time.below(non_negative("deadline_hours", deadline_hours)))


@dataclass(frozen=True, slots=True)
class Connection:
    """What becomes of cargo that is booked on a departure and may come too late for it."""

    missed_probability: float
    """Probability that the booked departure is missed. [1]"""
    departures_missed: float
    """Mean number of departures that leave before the cargo is there. [1]"""
    departure_hours: float
    """Mean time from the start of the travel to the departure that takes the cargo. [h]"""
    wait_hours: float
    """Mean wait of the cargo for that departure. [h]"""


def connection(time: Time, booked_hours: float, interval_hours: float) -> Connection:
    r"""Give how often a vessel is missed that leaves at regular intervals, and the wait for the next.

    Parameters
    ----------
    time : Time
        Travel time to the vessel.
    booked_hours : float
        From the start of the travel to the end of loading of the departure that is booked. [h]
    interval_hours : float
        Time between departures. [h]

    Returns
    -------
    Connection
        Probability of missing the booked departure, mean departures missed, mean departure and mean wait.

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or the interval is so short that the departures are too many to count.

    Notes
    -----
    With N the departures that leave before the cargo is there, :math:`E[N] = \sum_{n \ge 0} P(X > b + n T)` and the
    departure that takes it is at :math:`b + T N`. Valid where every departure has room and the timetable is kept.

    Examples
    --------
    An exponential time of 24 h and a weekly vessel booked 72 h ahead: one in twenty is missed.

    >>> from hubcalc.network.door_to_door import TimeLaw, chain
    >>> way = connection(chain([TimeLaw.gamma(24.0, 576.0)]), booked_hours=72.0, interval_hours=168.0)
    >>> round(way.missed_probability, 4), round(way.wait_hours, 2)
    (0.0498, 56.37)
    """
    booked, interval = (
        float(non_negative("booked_hours", booked_hours)),
        float(positive("interval_hours", interval_hours)),
    )
    missed, first, block = 0.0, 0, 1
    while True:
        late = lateness_probability(time, booked + interval * np.arange(first, first + block))
        missed += float(np.sum(late))
        first, block = first + block, 2 * block
        if late[-1] < _NEGLIGIBLE:
            break
        if first > _MOST_DEPARTURES:
            message = "is too short beside the times that may pass: too many departures can be missed"
            raise ArgumentError.of(Problem(message, parameter="interval_hours", given=interval_hours))
    departure = booked + interval * missed
    return Connection(
        float(lateness_probability(time, booked)), missed, departure, max(departure - time.mean_hours, 0.0)
    )
