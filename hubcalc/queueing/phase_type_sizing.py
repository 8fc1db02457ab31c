"""PH/PH/c the other way round: the largest flow and the fewest servers that meet a limit of the wait.

Exact for the laws of `fit_two_moments`, over whole columns. A limit of P(wait > hours) is one of a quantile too: at
most a tenth waits longer than an hour where the 0.9 quantile is at most an hour. For hours of 0 it is P(wait > 0).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hubcalc.arguments import FloatArray, between, broadcast, non_negative, positive, whole_at_least_one
from hubcalc.queueing._inverse import IntegerArray, bracketed_root
from hubcalc.queueing._limits import open_probability
from hubcalc.queueing.ph_ph_c_moments import phphc_wait_mean_hours, phphc_wait_tail
from hubcalc.queueing.phase_type_fits import LEAST_SCV, MOST_SCV
from hubcalc.queueing.staffing import fewest_stable_servers


def _scv(name: str, value: ArrayLike) -> FloatArray:
    """Return squared coefficients of variation that can be fitted."""
    return between(name, value, LEAST_SCV, MOST_SCV)


def phphc_largest_flow_for_wait(
    arrival_scv: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    servers: ArrayLike,
    wait_limit_hours: ArrayLike,
) -> FloatArray:
    """Compute the largest flow through PH/PH/c with which the mean wait keeps to a limit.

    Parameters
    ----------
    arrival_scv : array_like
        Squared coefficient of variation of the interval between arrivals, from 0.01. [1]
    service_hours : array_like
        Mean service time. [h]
    service_scv : array_like
        Squared coefficient of variation of the service time, from 0.01. [1]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    wait_limit_hours : array_like
        Largest mean wait allowed, above 0. [h]

    Returns
    -------
    ndarray
        Arrival rate. [1/h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.
    RefusedError
        If a queue has more states than `MOST_STATES`.

    Examples
    --------
    Vessels a day at three berths, 20 hours each, for a mean wait of 2 hours, as E2/E2/3:

    >>> round(24 * float(phphc_largest_flow_for_wait(0.5, 20.0, 0.5, 3, 2.0)), 3)
    2.11
    """
    interval, hours, duration, count, limit = broadcast(
        arrival_scv=_scv("arrival_scv", arrival_scv),
        service_hours=positive("service_hours", service_hours),
        service_scv=_scv("service_scv", service_scv),
        servers=whole_at_least_one("servers", servers),
        wait_limit_hours=positive("wait_limit_hours", wait_limit_hours),
    )

    def excess(load: FloatArray, *columns: FloatArray) -> FloatArray:
        # -1/2 without a wait, 1/2 where the wait is inf: bounded, so that the search sees no infinity
        interval_scv, duration_scv, channels, goal = columns
        wait = phphc_wait_mean_hours(load, interval_scv, 1.0, duration_scv, channels)
        with np.errstate(divide="ignore", over="ignore"):
            return np.asarray(0.5 - 1.0 / (1.0 + wait / goal))

    columns = (interval, duration, count, limit / hours)
    return bracketed_root(excess, np.zeros(limit.shape), count.copy(), columns) / hours


def phphc_largest_flow_for_wait_tail(
    arrival_scv: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    servers: ArrayLike,
    hours: ArrayLike,
    probability_limit: ArrayLike,
) -> FloatArray:
    """Compute the largest flow through PH/PH/c with which few arrivals wait longer than a given time.

    Parameters
    ----------
    arrival_scv : array_like
        Squared coefficient of variation of the interval between arrivals, from 0.01. [1]
    service_hours : array_like
        Mean service time. [h]
    service_scv : array_like
        Squared coefficient of variation of the service time, from 0.01. [1]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    hours : array_like
        The time to compare with; 0 to limit the probability of any wait. [h]
    probability_limit : array_like
        Largest P(wait > hours) allowed, above 0 and below 1. [1]

    Returns
    -------
    ndarray
        Arrival rate. [1/h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.
    RefusedError
        If a queue has more states than `MOST_STATES`.

    Examples
    --------
    Trucks an hour at four lanes, 3 minutes each, of which one in ten may wait longer than 5 minutes:

    >>> round(float(phphc_largest_flow_for_wait_tail(1.0, 3 / 60, 0.5, 4, 5 / 60, 0.1)), 3)
    63.896
    """
    interval, mean, duration, count, time, limit = broadcast(
        arrival_scv=_scv("arrival_scv", arrival_scv),
        service_hours=positive("service_hours", service_hours),
        service_scv=_scv("service_scv", service_scv),
        servers=whole_at_least_one("servers", servers),
        hours=non_negative("hours", hours),
        probability_limit=open_probability("probability_limit", probability_limit),
    )

    def excess(load: FloatArray, *columns: FloatArray) -> FloatArray:
        interval_scv, duration_scv, channels, times, goal = columns
        return phphc_wait_tail(load, interval_scv, 1.0, duration_scv, channels, times) - goal

    columns = (interval, duration, count, time / mean, limit)
    return bracketed_root(excess, np.zeros(limit.shape), count.copy(), columns) / mean


def _fewest(
    arrivals: FloatArray, service: FloatArray, fails: Callable[[NDArray[np.bool_], FloatArray], NDArray[np.bool_]]
) -> IntegerArray:
    """Return the fewest servers that do not fail, one by one from the first stable number: each makes larger blocks."""
    count = fewest_stable_servers(arrivals, service).astype(np.float64)
    short = np.ones(count.shape, dtype=np.bool_)
    while np.any(short):
        still = np.zeros(count.shape, dtype=np.bool_)
        still[short] = fails(short, count[short])
        count, short = count + still, still
    return count.astype(np.int64)


def phphc_fewest_servers_for_wait(
    arrivals_per_hour: ArrayLike,
    arrival_scv: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    wait_limit_hours: ArrayLike,
) -> IntegerArray:
    """Compute the fewest servers of PH/PH/c with which the mean wait keeps to a limit.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Arrival rate. [1/h]
    arrival_scv : array_like
        Squared coefficient of variation of the interval between arrivals, from 0.01. [1]
    service_hours : array_like
        Mean service time. [h]
    service_scv : array_like
        Squared coefficient of variation of the service time, from 0.01. [1]
    wait_limit_hours : array_like
        Largest mean wait allowed, above 0. [h]

    Returns
    -------
    ndarray of int64
        Number of servers, at least one. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.
    RefusedError
        If a queue has more states than `MOST_STATES`.

    Examples
    --------
    Two vessels a day that stay for 20 hours, for a mean wait of one, two and 24 hours:

    >>> phphc_fewest_servers_for_wait(2 / 24, 0.5, 20.0, 0.5, [1.0, 2.0, 24.0]).tolist()
    [4, 3, 2]
    """
    arrivals, interval, mean, duration, limit = broadcast(
        arrivals_per_hour=non_negative("arrivals_per_hour", arrivals_per_hour),
        arrival_scv=_scv("arrival_scv", arrival_scv),
        service_hours=positive("service_hours", service_hours),
        service_scv=_scv("service_scv", service_scv),
        wait_limit_hours=positive("wait_limit_hours", wait_limit_hours),
    )

    def fails(rows: NDArray[np.bool_], count: FloatArray) -> NDArray[np.bool_]:
        wait = phphc_wait_mean_hours(arrivals[rows], interval[rows], mean[rows], duration[rows], count)
        return np.asarray(wait > limit[rows])

    return _fewest(arrivals, mean, fails)


def phphc_fewest_servers_for_wait_tail(
    arrivals_per_hour: ArrayLike,
    arrival_scv: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    hours: ArrayLike,
    probability_limit: ArrayLike,
) -> IntegerArray:
    """Compute the fewest servers of PH/PH/c with which few arrivals wait longer than a given time.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Arrival rate. [1/h]
    arrival_scv : array_like
        Squared coefficient of variation of the interval between arrivals, from 0.01. [1]
    service_hours : array_like
        Mean service time. [h]
    service_scv : array_like
        Squared coefficient of variation of the service time, from 0.01. [1]
    hours : array_like
        The time to compare with; 0 to limit the probability of any wait. [h]
    probability_limit : array_like
        Largest P(wait > hours) allowed, above 0 and below 1. [1]

    Returns
    -------
    ndarray of int64
        Number of servers, at least one. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.
    RefusedError
        If a queue has more states than `MOST_STATES`.

    Examples
    --------
    Sixty trucks an hour, 3 minutes each, of which one in ten may wait longer than 5 minutes, or at all:

    >>> phphc_fewest_servers_for_wait_tail(60.0, 1.0, 3 / 60, 0.5, [5 / 60, 0.0], 0.1).tolist()
    [4, 6]
    """
    arrivals, interval, mean, duration, time, limit = broadcast(
        arrivals_per_hour=non_negative("arrivals_per_hour", arrivals_per_hour),
        arrival_scv=_scv("arrival_scv", arrival_scv),
        service_hours=positive("service_hours", service_hours),
        service_scv=_scv("service_scv", service_scv),
        hours=non_negative("hours", hours),
        probability_limit=open_probability("probability_limit", probability_limit),
    )

    def fails(rows: NDArray[np.bool_], count: FloatArray) -> NDArray[np.bool_]:
        tail = phphc_wait_tail(arrivals[rows], interval[rows], mean[rows], duration[rows], count, time[rows])
        return np.asarray(tail > limit[rows])

    return _fewest(arrivals, mean, fails)
