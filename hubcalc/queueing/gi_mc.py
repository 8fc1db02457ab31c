"""GI/M/c: renewal arrivals, exponential service, parallel servers, first come first served. All exact.

The time between arrivals is constant at scv 0 (D/M/c), Erlang at scv 1/k and more generally gamma below 1, exponential
at 1, and above 1 hyperexponential with two branches of equal share of the time (H2/M/c with balanced means).
"""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, non_negative, probability_below_one
from hubcalc.queueing._root_sigma import checked


def gimc_wait_probability(
    arrivals_per_hour: ArrayLike, arrival_scv: ArrayLike, service_hours: ArrayLike, servers: ArrayLike
) -> FloatArray:
    """Compute the probability that an arrival at GI/M/c has to wait.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Arrival rate. [1/h]
    arrival_scv : array_like
        Squared coefficient of variation of the time between arrivals. [1]
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
    >>> round(float(gimc_wait_probability(0.5, 0.0, 1.0, 1)), 6)
    0.203188

    References
    ----------
    .. [1] L. Takács (1962), Introduction to the Theory of Queues, Oxford University Press, chapter 2.
    """
    return checked(arrivals_per_hour, arrival_scv, service_hours, servers)[0]


def gimc_wait_mean_hours(
    arrivals_per_hour: ArrayLike, arrival_scv: ArrayLike, service_hours: ArrayLike, servers: ArrayLike
) -> FloatArray:
    r"""Compute the mean wait in queue of GI/M/c.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Arrival rate. [1/h]
    arrival_scv : array_like
        Squared coefficient of variation of the time between arrivals. [1]
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

    Notes
    -----
    .. math:: E[W] = P(W > 0) \, \frac{s}{c (1 - \sigma)}, \quad \sigma = \phi(c (1 - \sigma) / s)

    with :math:`\phi` the Laplace transform of the time between arrivals.

    Examples
    --------
    >>> round(float(gimc_wait_mean_hours(0.5, 0.0, 1.0, 1)), 6)
    0.255001

    References
    ----------
    .. [1] L. Takács (1962), Introduction to the Theory of Queues, Oxford University Press, chapter 2.
    """
    wait, scale = checked(arrivals_per_hour, arrival_scv, service_hours, servers)
    return wait * scale


def gimc_wait_tail(
    arrivals_per_hour: ArrayLike, arrival_scv: ArrayLike, service_hours: ArrayLike, servers: ArrayLike, hours: ArrayLike
) -> FloatArray:
    """Compute the probability that the wait in queue of GI/M/c exceeds a given time.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Arrival rate. [1/h]
    arrival_scv : array_like
        Squared coefficient of variation of the time between arrivals. [1]
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
    >>> round(float(gimc_wait_tail(1.8, 0.0, 1.0, 2, 2.0)), 6)
    0.34482

    References
    ----------
    .. [1] L. Takács (1962), Introduction to the Theory of Queues, Oxford University Press, chapter 2.
    """
    wait, scale = checked(arrivals_per_hour, arrival_scv, service_hours, servers)
    wait, scale, time = broadcast(wait=wait, scale=scale, hours=non_negative("hours", hours))
    with np.errstate(under="ignore"):
        return np.asarray(wait * np.exp(-time / scale))


def gimc_wait_quantile_hours(
    arrivals_per_hour: ArrayLike,
    arrival_scv: ArrayLike,
    service_hours: ArrayLike,
    servers: ArrayLike,
    probability: ArrayLike,
) -> FloatArray:
    """Compute a quantile of the wait in queue of GI/M/c, over all arrivals.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Arrival rate. [1/h]
    arrival_scv : array_like
        Squared coefficient of variation of the time between arrivals. [1]
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
    >>> round(float(gimc_wait_quantile_hours(1.8, 0.0, 1.0, 2, 0.95)), 6)
    6.999996

    References
    ----------
    .. [1] L. Takács (1962), Introduction to the Theory of Queues, Oxford University Press, chapter 2.
    """
    wait, scale = checked(arrivals_per_hour, arrival_scv, service_hours, servers)
    wait, scale, share = broadcast(wait=wait, scale=scale, share=probability_below_one("probability", probability))
    longer = wait > 1.0 - share
    return np.where(longer, scale * np.log(np.where(longer, wait / (1.0 - share), 2.0)), 0.0)
