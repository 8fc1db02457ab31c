"""The fewest servers and places that meet a limit. Exact, by doubling and bisection."""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, non_negative, positive, whole_at_least_one
from hubcalc.errors import ArgumentError, Problem
from hubcalc.queueing._fused import lines
from hubcalc.queueing._inverse import IntegerArray
from hubcalc.queueing._limits import open_probability, share_up_to_one, whole_from_zero
from hubcalc.queueing._load import bounded_load
from hubcalc.queueing._sizing import fewest_servers
from hubcalc.queueing._sizing_kernel import BLOCKING, TAIL, least_places

_MOST_SERVERS = 2.0**53


def fewest_servers_for_wait_tail(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, hours: ArrayLike, probability_limit: ArrayLike
) -> IntegerArray:
    """Compute the fewest servers of M/M/c with which few arrivals wait longer than a given time.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    hours : array_like
        The time to compare with. [h]
    probability_limit : array_like
        Largest P(wait > hours) allowed, above 0 and below 1. [1]

    Returns
    -------
    ndarray of int64
        Number of servers, at least one. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or the load is 2^40 erlang or more.

    Examples
    --------
    At most one in ten waits longer than three minutes:

    >>> int(fewest_servers_for_wait_tail(120, 1 / 25, 3 / 60, 0.1))
    7

    References
    ----------
    .. [1] R. B. Cooper (1981), Introduction to Queueing Theory, 2nd ed., North Holland, section 3.4.
    """
    limit, time = open_probability("probability_limit", probability_limit), non_negative("hours", hours)
    return fewest_servers(TAIL, arrivals_per_hour, service_hours, probability_limit=limit, hours=time)


def fewest_servers_for_utilization(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, utilization_limit: ArrayLike
) -> IntegerArray:
    """Compute the fewest servers with which the utilization keeps to a limit and below 1.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean service time. [h]
    utilization_limit : array_like
        Largest utilization allowed, above 0 and up to 1. [1]

    Returns
    -------
    ndarray of int64
        Number of servers, at least one. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or the load is 2^40 erlang or more.

    Examples
    --------
    >>> int(fewest_servers_for_utilization(60, 3 / 60, 0.75))
    4

    References
    ----------
    .. [1] R. B. Cooper (1981), Introduction to Queueing Theory, 2nd ed., North Holland, section 3.4.
    """
    arrivals, service, limit = broadcast(
        arrivals_per_hour=non_negative("arrivals_per_hour", arrivals_per_hour),
        service_hours=positive("service_hours", service_hours),
        utilization_limit=share_up_to_one("utilization_limit", utilization_limit),
    )
    load = bounded_load(arrivals, service)
    with np.errstate(over="ignore"):
        count = np.ceil(load / limit)
    if np.any(count >= _MOST_SERVERS):
        given = float(limit[count >= _MOST_SERVERS].flat[0])
        allowed = "arrivals_per_hour * service_hours / utilization_limit < 2^53"
        raise ArgumentError.of(Problem("is too small", parameter="utilization_limit", given=given, allowed=allowed))
    # the quotient is rounded: the product decides
    count -= load <= limit * (count - 1.0)
    count += load > limit * count
    return np.asarray(np.maximum(count, np.floor(load) + 1.0).astype(np.int64))


def fewest_servers_for_blocking(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, blocking_limit: ArrayLike, places: ArrayLike = 0.0
) -> IntegerArray:
    """Compute the fewest servers of M/M/c/K with which few arrivals are turned away; K is c and `places`.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    blocking_limit : array_like
        Largest share of arrivals turned away, above 0 and below 1. [1]
    places : array_like, optional
        Number of places to wait beside the servers, a whole number or 0. [1]

    Returns
    -------
    ndarray of int64
        Number of servers, at least one. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or the load is 2^40 erlang or more.

    Examples
    --------
    Without places to wait it is Erlang B that is turned round:

    >>> int(fewest_servers_for_blocking(100, 1.0, 0.001))
    128

    References
    ----------
    .. [1] R. B. Cooper (1981), Introduction to Queueing Theory, 2nd ed., North Holland, chapter 3.
    """
    limit, waiting = open_probability("blocking_limit", blocking_limit), whole_from_zero("places", places)
    return fewest_servers(BLOCKING, arrivals_per_hour, service_hours, blocking_limit=limit, places=waiting)


def least_room_for_blocking(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike, blocking_limit: ArrayLike
) -> FloatArray:
    """Compute the least room of M/M/c/K with which few arrivals are turned away.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    blocking_limit : array_like
        Largest share of arrivals turned away, above 0 and below 1. [1]

    Returns
    -------
    ndarray
        Most items in the system, waiting and in service, a whole number; inf where the servers cannot serve
        enough however large the room is. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> least_room_for_blocking([3, 3, 6], 1 / 2, 2, [0.1, 0.01, 0.01]).tolist()
    [5.0, 12.0, inf]

    References
    ----------
    .. [1] R. B. Cooper (1981), Introduction to Queueing Theory, 2nd ed., North Holland, chapter 3.
    """
    arrivals, service, count, limit = broadcast(
        arrivals_per_hour=non_negative("arrivals_per_hour", arrivals_per_hour),
        service_hours=positive("service_hours", service_hours),
        servers=whole_at_least_one("servers", servers),
        blocking_limit=open_probability("blocking_limit", blocking_limit),
    )
    shape, columns = lines(load=bounded_load(arrivals, service), servers=count, blocking_limit=limit)
    places = np.empty(shape)
    least_places(places.reshape(-1), *columns)
    return np.asarray(count + places)
