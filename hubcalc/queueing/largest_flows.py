"""The largest flow, and the longest service, that meet a limit. Exact, by root finding."""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, non_negative, positive, whole_at_least_one
from hubcalc.queueing._limits import open_probability, whole_from_zero
from hubcalc.queueing._sizing import largest_load
from hubcalc.queueing._sizing_kernel import BLOCKING, QUEUE, TAIL, TAIL_BY_SERVICE, WAIT

_NOTHING = np.zeros(())


def largest_flow_for_wait(service_hours: ArrayLike, servers: ArrayLike, wait_limit_hours: ArrayLike) -> FloatArray:
    """Compute the largest flow through M/M/c with which the mean wait keeps to a limit.

    Parameters
    ----------
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers, above 0; it need not be whole. [1]
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

    Examples
    --------
    >>> round(float(largest_flow_for_wait(1 / 12, 5, 0.05)), 6)
    48.557013

    References
    ----------
    .. [1] R. B. Cooper (1981), Introduction to Queueing Theory, 2nd ed., North Holland, section 3.4.
    """
    service, count, limit = broadcast(
        service_hours=positive("service_hours", service_hours),
        servers=positive("servers", servers),
        wait_limit_hours=positive("wait_limit_hours", wait_limit_hours),
    )

    return largest_load(WAIT, count, limit / service, _NOTHING) / service


def largest_flow_for_wait_tail(
    service_hours: ArrayLike, servers: ArrayLike, hours: ArrayLike, probability_limit: ArrayLike
) -> FloatArray:
    """Compute the largest flow through M/M/c with which few arrivals wait longer than a given time.

    Parameters
    ----------
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers, above 0; it need not be whole. [1]
    hours : array_like
        The time to compare with. [h]
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

    Examples
    --------
    >>> round(float(largest_flow_for_wait_tail(1 / 25, 6, 3 / 60, 0.1)), 6)
    118.110184

    References
    ----------
    .. [1] R. B. Cooper (1981), Introduction to Queueing Theory, 2nd ed., North Holland, section 3.4.
    """
    service, count, time, limit = broadcast(
        service_hours=positive("service_hours", service_hours),
        servers=positive("servers", servers),
        hours=non_negative("hours", hours),
        probability_limit=open_probability("probability_limit", probability_limit),
    )

    return largest_load(TAIL, count, limit, time / service) / service


def largest_flow_for_blocking(
    service_hours: ArrayLike, servers: ArrayLike, blocking_limit: ArrayLike, places: ArrayLike = 0.0
) -> FloatArray:
    """Compute the largest flow to M/M/c/K with which few arrivals are turned away; K is c and `places`.

    Parameters
    ----------
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    blocking_limit : array_like
        Largest share of arrivals turned away, above 0 and below 1. [1]
    places : array_like, optional
        Number of places to wait beside the servers, a whole number or 0. [1]

    Returns
    -------
    ndarray
        Arrival rate, those turned away included. [1/h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(largest_flow_for_blocking(1.0, 15, 0.01)), 6)
    8.108043

    References
    ----------
    .. [1] R. B. Cooper (1981), Introduction to Queueing Theory, 2nd ed., North Holland, chapter 3.
    """
    service, count, limit, waiting = broadcast(
        service_hours=positive("service_hours", service_hours),
        servers=whole_at_least_one("servers", servers),
        blocking_limit=open_probability("blocking_limit", blocking_limit),
        places=whole_from_zero("places", places),
    )

    return largest_load(BLOCKING, count, limit, waiting) / service


def longest_service_for_wait(
    arrivals_per_hour: ArrayLike, servers: ArrayLike, wait_limit_hours: ArrayLike
) -> FloatArray:
    """Compute the longest mean service time with which the mean wait in M/M/c keeps to a limit.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    servers : array_like
        Number of parallel servers, above 0; it need not be whole. [1]
    wait_limit_hours : array_like
        Largest mean wait allowed, above 0. [h]

    Returns
    -------
    ndarray
        Mean service time. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(longest_service_for_wait(48, 5, 0.05)) * 60, 6)
    5.05073

    References
    ----------
    .. [1] R. B. Cooper (1981), Introduction to Queueing Theory, 2nd ed., North Holland, section 3.4.
    """
    arrivals, count, limit = broadcast(
        arrivals_per_hour=positive("arrivals_per_hour", arrivals_per_hour),
        servers=positive("servers", servers),
        wait_limit_hours=positive("wait_limit_hours", wait_limit_hours),
    )

    # the mean queue is the flow times the wait
    return largest_load(QUEUE, count, limit * arrivals, _NOTHING) / arrivals


def longest_service_for_wait_tail(
    arrivals_per_hour: ArrayLike, servers: ArrayLike, hours: ArrayLike, probability_limit: ArrayLike
) -> FloatArray:
    """Compute the longest mean service time with which few arrivals at M/M/c wait longer than a given time.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    servers : array_like
        Number of parallel servers, above 0; it need not be whole. [1]
    hours : array_like
        The time to compare with. [h]
    probability_limit : array_like
        Largest P(wait > hours) allowed, above 0 and below 1. [1]

    Returns
    -------
    ndarray
        Mean service time. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(longest_service_for_wait_tail(120, 6, 3 / 60, 0.1)) * 60, 6)
    2.367809

    References
    ----------
    .. [1] R. B. Cooper (1981), Introduction to Queueing Theory, 2nd ed., North Holland, section 3.4.
    """
    arrivals, count, time, limit = broadcast(
        arrivals_per_hour=positive("arrivals_per_hour", arrivals_per_hour),
        servers=positive("servers", servers),
        hours=non_negative("hours", hours),
        probability_limit=open_probability("probability_limit", probability_limit),
    )
    return largest_load(TAIL_BY_SERVICE, count, limit, time * arrivals) / arrivals


def longest_service_for_blocking(
    arrivals_per_hour: ArrayLike, servers: ArrayLike, blocking_limit: ArrayLike, places: ArrayLike = 0.0
) -> FloatArray:
    """Compute the longest mean service time with which M/M/c/K turns few arrivals away; K is c and `places`.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    blocking_limit : array_like
        Largest share of arrivals turned away, above 0 and below 1. [1]
    places : array_like, optional
        Number of places to wait beside the servers, a whole number or 0. [1]

    Returns
    -------
    ndarray
        Mean service time. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(longest_service_for_blocking(8.0, 15, 0.01)), 6)
    1.013505

    References
    ----------
    .. [1] R. B. Cooper (1981), Introduction to Queueing Theory, 2nd ed., North Holland, chapter 3.
    """
    # the load decides, whether it comes from the flow or from the service time
    return largest_flow_for_blocking(arrivals_per_hour, servers, blocking_limit, places)
