"""The law of the wait in M/D/c: Poisson arrivals, constant service time, parallel servers. All exact.

The kernels keep the solution of a queue for the points next to it: columns of tails in which only `hours` changes from
point to point are the fastest.
"""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, non_negative, positive, probability_below_one, whole_at_least_one
from hubcalc.queueing._columns import run
from hubcalc.queueing._constant_wait_law import constant_quantile, constant_tail, refuse_unsolved
from hubcalc.queueing._constant_waits import FIRST


def _columns(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike, asked: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return offered load, service time, servers and what is asked for in one shape."""
    arrivals, service, count, asked = broadcast(
        arrivals_per_hour=non_negative("arrivals_per_hour", arrivals_per_hour),
        service_hours=positive("service_hours", service_hours),
        servers=whole_at_least_one("servers", servers),
        asked=asked,
    )
    return np.asarray(arrivals * service), service, count, asked


def mdc_wait_probability(arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike) -> FloatArray:
    """Compute the probability that an arrival at M/D/c has to wait.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Constant service time. [h]
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
    RefusedError
        If the servers are too many, some ten thousand near saturation.

    Examples
    --------
    >>> round(float(mdc_wait_probability(0.8, 1.0, 1)), 9)
    0.8
    >>> round(float(mdc_wait_probability(4.0, 1.0, 5)), 6)
    0.533615

    References
    ----------
    .. [1] C. D. Crommelin (1932), "Delay probability formulae when the holding times are constant",
       Post Office Electrical Engineers Journal 25, 41-50.
    """
    return mdc_wait_tail(arrivals_per_hour, service_hours, servers, 0.0)


def mdc_wait_tail(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike, hours: ArrayLike
) -> FloatArray:
    r"""Compute the probability that the wait in queue of M/D/c exceeds a given time.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Constant service time. [h]
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
    RefusedError
        If the servers are too many, some ten thousand near saturation.

    Notes
    -----
    With Q the queue, s the service time and A the Poisson arrivals during k s - t, where (k - 1) s <= t < k s,

    .. math:: P(W > t) = P(Q + A \ge k c)

    Where few wait, the law of Q comes from Spitzer's identity and all terms are positive, so that small probabilities
    keep their relative precision. Elsewhere the generating function is inverted on the circle through its least pole.

    Examples
    --------
    >>> round(float(mdc_wait_tail(0.5, 1.0, 1, 1.0)), 9)
    0.175639365

    References
    ----------
    .. [1] G. J. Franx (2001), "A simple solution for the M/D/c waiting time distribution", Operations Research Letters
       29(5), 221-229, doi:10.1016/S0167-6377(01)00108-0.
    .. [2] C. D. Crommelin (1932), "Delay probability formulae when the holding times are constant",
       Post Office Electrical Engineers Journal 25, 41-50.
    """
    load, service, count, time = _columns(arrivals_per_hour, service_hours, servers, non_negative("hours", hours))
    one = np.ones_like(load)
    times = np.asarray(time / service)
    return refuse_unsolved(run(constant_tail, 1, count, load, one, 0.0 * one, FIRST * one, times)[0])


def mdc_wait_quantile_hours(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike, probability: ArrayLike
) -> FloatArray:
    """Compute a quantile of the wait in queue of M/D/c, over all arrivals.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Constant service time. [h]
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
    RefusedError
        If the servers are too many, some ten thousand near saturation.

    Examples
    --------
    P(W <= t) of M/D/1 at utilization 0.5 is 0.5 exp(t/2) up to one service time:

    >>> round(float(mdc_wait_quantile_hours(0.5, 1.0, 1, 0.75)), 9)
    0.810930216

    References
    ----------
    .. [1] G. J. Franx (2001), "A simple solution for the M/D/c waiting time distribution", Operations Research Letters
       29(5), 221-229, doi:10.1016/S0167-6377(01)00108-0.
    """
    load, service, count, share = _columns(
        arrivals_per_hour, service_hours, servers, probability_below_one("probability", probability)
    )
    one = np.ones_like(load)
    times = run(constant_quantile, 1, count, load, one, 0.0 * one, FIRST * one, 1.0 - share)[0]
    return service * refuse_unsolved(times)
