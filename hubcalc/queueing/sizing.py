"""The fewest servers and places that meet a limit. Exact, by doubling and bisection over whole columns."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hubcalc.arguments import FloatArray, broadcast, non_negative, positive, whole_at_least_one
from hubcalc.queueing._finite_room import FiniteRoom
from hubcalc.queueing._inverse import IntegerArray, fewest_whole
from hubcalc.queueing._limits import open_probability, share_up_to_one, whole_from_zero
from hubcalc.queueing._load import bounded_load
from hubcalc.queueing.markovian import mmc_wait_tail
from hubcalc.queueing.staffing import fewest_stable_servers


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
        If an argument is out of its range, or the load is beyond 2^40 servers.

    Examples
    --------
    At most one in ten waits longer than three minutes:

    >>> int(fewest_servers_for_wait_tail(120, 1 / 25, 3 / 60, 0.1))
    7

    References
    ----------
    .. [1] R. B. Cooper (1981), Introduction to Queueing Theory, 2nd ed., North Holland, section 3.4.
    """
    fewest = fewest_stable_servers(arrivals_per_hour, service_hours).astype(np.float64)
    arrivals, service, time, limit, first = broadcast(
        arrivals_per_hour=non_negative("arrivals_per_hour", arrivals_per_hour),
        service_hours=positive("service_hours", service_hours),
        hours=non_negative("hours", hours),
        probability_limit=open_probability("probability_limit", probability_limit),
        fewest=fewest,
    )

    def fails(count: FloatArray) -> NDArray[np.bool_]:
        return np.asarray(mmc_wait_tail(arrivals, service, count, time) > limit)

    return fewest_whole(fails, first).astype(np.int64)


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
        If an argument is out of its range, or the load is beyond 2^40 servers.

    Examples
    --------
    >>> int(fewest_servers_for_utilization(60, 3 / 60, 0.75))
    4

    References
    ----------
    .. [1] R. B. Cooper (1981), Introduction to Queueing Theory, 2nd ed., North Holland, section 3.4.
    """
    fewest = fewest_stable_servers(arrivals_per_hour, service_hours).astype(np.float64)
    arrivals, service, limit, first = broadcast(
        arrivals_per_hour=non_negative("arrivals_per_hour", arrivals_per_hour),
        service_hours=positive("service_hours", service_hours),
        utilization_limit=share_up_to_one("utilization_limit", utilization_limit),
        fewest=fewest,
    )
    load = arrivals * service

    def fails(count: FloatArray) -> NDArray[np.bool_]:
        return np.asarray(load > limit * count)

    return fewest_whole(fails, first).astype(np.int64)


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
    arrivals, service, limit, waiting = broadcast(
        arrivals_per_hour=non_negative("arrivals_per_hour", arrivals_per_hour),
        service_hours=positive("service_hours", service_hours),
        blocking_limit=open_probability("blocking_limit", blocking_limit),
        places=whole_from_zero("places", places),
    )
    load = bounded_load(arrivals, service)

    def fails(count: FloatArray) -> NDArray[np.bool_]:
        return np.asarray(FiniteRoom.solved(load, count, count + waiting).full > limit)

    return fewest_whole(fails, np.ones_like(load)).astype(np.int64)


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
    load = bounded_load(arrivals, service)
    # without end of the room, 1 - c/a is turned away; that limit is met by none
    possible = load * (1.0 - limit) < count
    offered = np.where(possible, load, 0.0)

    def fails(room: FloatArray) -> NDArray[np.bool_]:
        return np.asarray(FiniteRoom.solved(offered, count, room).full > limit)

    return np.where(possible, fewest_whole(fails, count.copy()), np.inf)
