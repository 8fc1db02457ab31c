"""M/M/c//N: the wait of a source that comes for service, first come first served."""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, non_negative, probability_below_one
from hubcalc.queueing._finite_source import FiniteSource, checked
from hubcalc.queueing._inverse import time_where_tail_meets


def finite_source_wait_mean_hours(
    sources: ArrayLike, running_hours: ArrayLike, service_hours: ArrayLike, servers: ArrayLike
) -> FloatArray:
    """Compute the mean wait in queue of M/M/c//N.

    Parameters
    ----------
    sources : array_like
        Number of sources, a whole number. [1]
    running_hours : array_like
        Mean time a source runs before it comes back, exponential. [h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers, a whole number. [1]

    Returns
    -------
    ndarray
        Mean wait before service. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(finite_source_wait_mean_hours(50, 200, 10, 3)), 6)
    6.292287

    References
    ----------
    .. [1] L. Kleinrock (1975), Queueing Systems, volume 1, Wiley, section 3.10.
    """
    state, service = checked(sources, running_hours, service_hours, servers)
    return service * state.queue_mean / state.busy_mean


def finite_source_wait_tail(
    sources: ArrayLike, running_hours: ArrayLike, service_hours: ArrayLike, servers: ArrayLike, hours: ArrayLike
) -> FloatArray:
    r"""Compute the probability that a source waits longer than a given time in M/M/c//N.

    Parameters
    ----------
    sources : array_like
        Number of sources, a whole number. [1]
    running_hours : array_like
        Mean time a source runs before it comes back, exponential. [h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    hours : array_like
        The time to compare with. [h]

    Returns
    -------
    ndarray
        P(wait > hours). [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    .. math:: P(W > t) = P_{N-1}(n \ge c) \, \frac{P(\text{Poisson}(z + c t / s) \le N - 1 - c)}
                                                   {P(\text{Poisson}(z) \le N - 1 - c)}

    with z the servers times the ratio of running to service time: an arrival sees N - 1 sources.

    Examples
    --------
    >>> round(float(finite_source_wait_tail(50, 200, 10, 3, 15.0)), 6)
    0.151358

    References
    ----------
    .. [1] L. Kleinrock (1975), Queueing Systems, volume 1, Wiley, section 3.10.
    """
    time = non_negative("hours", hours)
    state, service = checked(sources, running_hours, service_hours, servers, one_less=True, hours=time)
    return state.tail_of_arrival(np.broadcast_to(time, service.shape) / service)


def finite_source_wait_quantile_hours(
    sources: ArrayLike, running_hours: ArrayLike, service_hours: ArrayLike, servers: ArrayLike, probability: ArrayLike
) -> FloatArray:
    """Compute a quantile of the wait in queue of M/M/c//N.

    Parameters
    ----------
    sources : array_like
        Number of sources, a whole number. [1]
    running_hours : array_like
        Mean time a source runs before it comes back, exponential. [h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    probability : array_like
        Share of arrivals that wait no longer, from 0 to below 1. [1]

    Returns
    -------
    ndarray
        The least time t with P(wait <= t) >= probability. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(finite_source_wait_quantile_hours(50, 200, 10, 3, 0.95)), 6)
    26.116278

    References
    ----------
    .. [1] L. Kleinrock (1975), Queueing Systems, volume 1, Wiley, section 3.10.
    """
    share = probability_below_one("probability", probability)
    state, service = checked(sources, running_hours, service_hours, servers, one_less=True, probability=share)
    others, count, ratio, level = broadcast(
        sources=state.sources, servers=state.servers, ratio=state.ratio, level=1.0 - share
    )

    def tail(time: FloatArray, *columns: FloatArray) -> FloatArray:
        return FiniteSource.solved(*columns).tail_of_arrival(time)

    guess = np.maximum(others - count + 1.0, 1.0) / count
    return service * time_where_tail_meets(tail, level, guess, (others, count, ratio))
