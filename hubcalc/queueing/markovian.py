"""M/M/c: Poisson arrivals, exponential service, parallel servers, first come first served. All exact."""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import (
    FloatArray,
    broadcast,
    non_negative,
    positive,
    probability_below_one,
    whole_at_least_one,
)
from hubcalc.queueing.erlang import erlang_c


def _columns(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the probability of a wait, service hours and spare servers c - a (0 where unstable)."""
    arrivals, service, c = broadcast(
        arrivals_per_hour=non_negative("arrivals_per_hour", arrivals_per_hour),
        service_hours=positive("service_hours", service_hours),
        servers=whole_at_least_one("servers", servers),
    )
    load = arrivals * service
    return erlang_c(c, load), service, np.maximum(c - load, 0.0)


def mmc_wait_probability(arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike) -> FloatArray:
    """Compute the probability that an arrival at M/M/c has to wait.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers, a whole number. [1]

    Returns
    -------
    ndarray
        Probability of a wait; 1 where utilization is 1 or more. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(mmc_wait_probability(60, 1 / 25, 3)), 6)
    0.647191

    References
    ----------
    .. [1] R. B. Cooper (1981), Introduction to Queueing Theory, 2nd ed., North Holland, section 3.4.
    """
    return _columns(arrivals_per_hour, service_hours, servers)[0]


def mmc_wait_mean_hours(arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike) -> FloatArray:
    """Compute the mean wait in queue of M/M/c.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers, a whole number. [1]

    Returns
    -------
    ndarray
        Mean wait before service; inf where utilization is 1 or more. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(mmc_wait_mean_hours(24, 1 / 30, 1)), 6)
    0.133333

    References
    ----------
    .. [1] R. B. Cooper (1981), Introduction to Queueing Theory, 2nd ed., North Holland, section 3.4.
    """
    probability, service, spare = _columns(arrivals_per_hour, service_hours, servers)
    with np.errstate(divide="ignore"):
        return np.asarray(probability * service / spare)


def mmc_wait_second_moment_hours2(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike
) -> FloatArray:
    """Compute the second moment of the wait in queue of M/M/c.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers, a whole number. [1]

    Returns
    -------
    ndarray
        Mean of the squared wait; inf where utilization is 1 or more. [h2]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(mmc_wait_second_moment_hours2(24, 1 / 30, 1)), 6)
    0.044444

    References
    ----------
    .. [1] R. B. Cooper (1981), Introduction to Queueing Theory, 2nd ed., North Holland, section 3.4.
    """
    probability, service, spare = _columns(arrivals_per_hour, service_hours, servers)
    with np.errstate(divide="ignore"):
        # the wait of those who wait is exponential with mean service / spare
        return np.asarray(2.0 * probability * (service / spare) ** 2)


def mmc_wait_tail(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike, hours: ArrayLike
) -> FloatArray:
    """Compute the probability that the wait in queue of M/M/c exceeds a given time.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    hours : array_like
        The time to compare with. [h]

    Returns
    -------
    ndarray
        P(wait > hours); 1 where utilization is 1 or more. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(mmc_wait_tail(60, 1 / 25, 3, 0.0625)), 6)
    0.253444

    References
    ----------
    .. [1] R. B. Cooper (1981), Introduction to Queueing Theory, 2nd ed., North Holland, section 3.4.
    """
    time = non_negative("hours", hours)
    probability, service, spare = _columns(arrivals_per_hour, service_hours, servers)
    probability, service, spare, time = broadcast(probability=probability, service=service, spare=spare, hours=time)
    with np.errstate(under="ignore"):
        return np.asarray(probability * np.exp(-spare * time / service))


def mmc_wait_quantile_hours(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike, probability: ArrayLike
) -> FloatArray:
    """Compute a quantile of the wait in queue of M/M/c, over all arrivals.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    probability : array_like
        Share of arrivals that wait no longer, from 0 to below 1. [1]

    Returns
    -------
    ndarray
        The least time t with P(wait <= t) >= probability: 0 where enough arrivals do not wait at all; inf where
        utilization is 1 or more and `probability` > 0. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(mmc_wait_quantile_hours(60, 1 / 25, 3, 0.95)), 6)
    0.170708

    References
    ----------
    .. [1] R. B. Cooper (1981), Introduction to Queueing Theory, 2nd ed., North Holland, section 3.4.
    """
    share = probability_below_one("probability", probability)
    wait, service, spare = _columns(arrivals_per_hour, service_hours, servers)
    wait, service, spare, share = broadcast(wait=wait, service=service, spare=spare, probability=share)
    waits_longer = wait > 1.0 - share
    with np.errstate(divide="ignore"):
        # C exp(-(c - a) t / s) = 1 - p, solved for t
        time = service * np.log(np.where(waits_longer, wait / (1.0 - share), 2.0)) / spare
    return np.where(waits_longer, time, 0.0)
