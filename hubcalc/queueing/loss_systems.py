"""Loss systems: an arrival that finds all servers busy is turned away, and nobody waits. Exact for any service time."""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, non_negative, positive, whole_at_least_one
from hubcalc.queueing._finite_room import not_lost
from hubcalc.queueing._finite_source import time_congestion
from hubcalc.queueing.erlang import erlang_b


def mmcc_blocking_probability(arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike) -> FloatArray:
    """Compute the share of arrivals that M/M/c/c turns away (Erlang B).

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
        Probability that an arrival finds every server busy. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(mmcc_blocking_probability(9, 1 / 3, 5)), 6)
    0.110054

    References
    ----------
    .. [1] R. B. Cooper (1981), Introduction to Queueing Theory, 2nd ed., North Holland, chapter 3.
    """
    arrivals, service, count = _loss_columns(arrivals_per_hour, service_hours, servers)
    return erlang_b(count, arrivals * service)


def mmcc_carried_load(arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike) -> FloatArray:
    """Compute the mean number of busy servers of M/M/c/c.

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
        Carried load: the mean number in service. [erlang]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(mmcc_carried_load(9, 1 / 3, 5)), 6)
    2.669837

    References
    ----------
    .. [1] R. B. Cooper (1981), Introduction to Queueing Theory, 2nd ed., North Holland, chapter 3.
    """
    arrivals, service, count = _loss_columns(arrivals_per_hour, service_hours, servers)
    load = np.asarray(arrivals * service)
    return np.minimum(load * not_lost(count, load, erlang_b(count, load)), count)


def engset_time_congestion(
    sources: ArrayLike, running_hours: ArrayLike, service_hours: ArrayLike, servers: ArrayLike
) -> FloatArray:
    r"""Compute the share of time in which all servers of M/M/c/c//N are busy (Engset).

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
        Probability that every server is busy; 0 with fewer sources than servers. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    .. math:: E = \frac{\binom{N}{c} g^c}{\sum_{k=0}^{c} \binom{N}{k} g^k}, \quad g = \text{service} / \text{running}

    Examples
    --------
    >>> round(float(engset_time_congestion(20, 4, 1, 5)), 6)
    0.217058

    References
    ----------
    .. [1] R. B. Cooper (1981), Introduction to Queueing Theory, 2nd ed., North Holland, chapter 3.
    """
    count, running, service, c = _source_columns(sources, running_hours, service_hours, servers)
    return _congestion(count, c, service / running)


def engset_call_congestion(
    sources: ArrayLike, running_hours: ArrayLike, service_hours: ArrayLike, servers: ArrayLike
) -> FloatArray:
    """Compute the share of arrivals that M/M/c/c//N turns away (Engset).

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
        Probability that a source finds every server busy; it then runs on. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    An arrival sees the system as it would be without the one that comes: with N - 1 sources.

    Examples
    --------
    >>> round(float(engset_call_congestion(20, 4, 1, 5)), 6)
    0.195534

    References
    ----------
    .. [1] R. B. Cooper (1981), Introduction to Queueing Theory, 2nd ed., North Holland, chapter 3.
    """
    count, running, service, c = _source_columns(sources, running_hours, service_hours, servers)
    return _congestion(count - 1.0, c, service / running)


def _loss_columns(arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike) -> tuple[FloatArray, ...]:
    return broadcast(
        arrivals_per_hour=non_negative("arrivals_per_hour", arrivals_per_hour),
        service_hours=positive("service_hours", service_hours),
        servers=whole_at_least_one("servers", servers),
    )


def _source_columns(
    sources: ArrayLike, running_hours: ArrayLike, service_hours: ArrayLike, servers: ArrayLike
) -> tuple[FloatArray, ...]:
    return broadcast(
        sources=whole_at_least_one("sources", sources),
        running_hours=positive("running_hours", running_hours),
        service_hours=positive("service_hours", service_hours),
        servers=whole_at_least_one("servers", servers),
    )


def _congestion(sources: FloatArray, servers: FloatArray, ratio: FloatArray) -> FloatArray:
    return np.where(servers <= sources, time_congestion(sources, np.minimum(servers, sources), ratio), 0.0)
