"""M/M/c: Poisson arrivals, exponential service, parallel servers, first come first served. All exact.

Servers that are available for a part of the time only may be counted in part: the Erlang formulas go on between the
whole numbers, see :func:`hubcalc.queueing.erlang_b`.
"""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, non_negative, positive, probability_below_one
from hubcalc.queueing._fused import lines
from hubcalc.queueing._load import checked_spare
from hubcalc.queueing._markovian_kernel import wait_law


def _wait_law(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike, spare: ArrayLike | None
) -> tuple[FloatArray, FloatArray]:
    """Return the probability of a wait, and the mean wait in hours of those who wait: theirs is exponential."""
    arrivals = non_negative("arrivals_per_hour", arrivals_per_hour)
    service, count = positive("service_hours", service_hours), positive("servers", servers)
    columns = {"arrivals_per_hour": arrivals, "service_hours": service, "servers": count}
    if spare is None:
        shape, given = lines(**columns)
        given.append(np.empty(0))
    else:
        arrivals, service, count = broadcast(**columns)
        shape, given = lines(**columns, spare=checked_spare(count, spare, arrivals * service))
    probability, scale = np.empty(shape), np.empty(shape)
    wait_law(probability.reshape(-1), scale.reshape(-1), *given)
    return probability, scale


def mmc_wait_probability(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike, *, spare: ArrayLike | None = None
) -> FloatArray:
    """Compute the probability that an arrival at M/M/c has to wait.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers, above 0; it need not be whole. [1]
    spare : array_like, optional
        Number of spare servers, where the caller knows it to more digits than `servers` less the load has. [1]

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
    return _wait_law(arrivals_per_hour, service_hours, servers, spare)[0]


def mmc_wait_mean_hours(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike, *, spare: ArrayLike | None = None
) -> FloatArray:
    """Compute the mean wait in queue of M/M/c.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers, above 0; it need not be whole. [1]
    spare : array_like, optional
        Number of spare servers, where the caller knows it to more digits than `servers` less the load has. [1]

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
    probability, scale = _wait_law(arrivals_per_hour, service_hours, servers, spare)
    return np.asarray(probability * scale)


def mmc_wait_second_moment_hours2(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike, *, spare: ArrayLike | None = None
) -> FloatArray:
    """Compute the second moment of the wait in queue of M/M/c.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers, above 0; it need not be whole. [1]
    spare : array_like, optional
        Number of spare servers, where the caller knows it to more digits than `servers` less the load has. [1]

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
    probability, scale = _wait_law(arrivals_per_hour, service_hours, servers, spare)
    return np.asarray(2.0 * probability * scale**2)


def mmc_wait_tail(
    arrivals_per_hour: ArrayLike,
    service_hours: ArrayLike,
    servers: ArrayLike,
    hours: ArrayLike,
    *,
    spare: ArrayLike | None = None,
) -> FloatArray:
    """Compute the probability that the wait in queue of M/M/c exceeds a given time.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers, above 0; it need not be whole. [1]
    hours : array_like
        The time to compare with. [h]
    spare : array_like, optional
        Number of spare servers, where the caller knows it to more digits than `servers` less the load has. [1]

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
    probability, scale = _wait_law(arrivals_per_hour, service_hours, servers, spare)
    probability, scale, time = broadcast(probability=probability, scale=scale, hours=time)
    with np.errstate(under="ignore"):
        return np.asarray(probability * np.exp(-time / scale))


def mmc_wait_quantile_hours(
    arrivals_per_hour: ArrayLike,
    service_hours: ArrayLike,
    servers: ArrayLike,
    probability: ArrayLike,
    *,
    spare: ArrayLike | None = None,
) -> FloatArray:
    """Compute a quantile of the wait in queue of M/M/c, over all arrivals.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers, above 0; it need not be whole. [1]
    probability : array_like
        Share of arrivals that wait no longer, from 0 to below 1. [1]
    spare : array_like, optional
        Number of spare servers, where the caller knows it to more digits than `servers` less the load has. [1]

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
    wait, scale = _wait_law(arrivals_per_hour, service_hours, servers, spare)
    wait, scale, share = broadcast(wait=wait, scale=scale, probability=share)
    waits_longer = wait > 1.0 - share
    # C exp(-t / scale) = 1 - p, solved for t
    time = scale * np.log(np.where(waits_longer, wait / (1.0 - share), 2.0))
    return np.where(waits_longer, time, 0.0)
