"""How many servers are needed: the fewest for stability and for a waiting target."""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import broadcast, non_negative, positive
from hubcalc.queueing._inverse import IntegerArray
from hubcalc.queueing._load import bounded_load
from hubcalc.queueing._sizing import fewest_servers
from hubcalc.queueing._sizing_kernel import WAIT


def fewest_stable_servers(arrivals_per_hour: ArrayLike, service_hours: ArrayLike) -> IntegerArray:
    """Compute the fewest servers with a utilization below 1.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Arrival rate of items. [1/h]
    service_hours : array_like
        Mean service time. [h]

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
    Sixty trucks an hour of three minutes each would keep three lanes busy for ever:

    >>> int(fewest_stable_servers(60, 3 / 60))
    4
    """
    arrivals, service = broadcast(
        arrivals_per_hour=non_negative("arrivals_per_hour", arrivals_per_hour),
        service_hours=positive("service_hours", service_hours),
    )
    return np.asarray((np.floor(bounded_load(arrivals, service)) + 1.0).astype(np.int64))


def fewest_servers_for_wait(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, wait_limit_hours: ArrayLike
) -> IntegerArray:
    """Compute the fewest servers with which the mean wait in queue of M/M/c meets a limit. Exact.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    wait_limit_hours : array_like
        Largest mean wait allowed, above 0. [h]

    Returns
    -------
    ndarray of int64
        Number of servers, at least one. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or the load is 2^40 erlang or more.

    Notes
    -----
    The mean wait falls with each server, so doubling and bisection find the integer.

    Examples
    --------
    >>> int(fewest_servers_for_wait(48, 1 / 12, 0.05))
    5
    """
    limit = positive("wait_limit_hours", wait_limit_hours)
    return fewest_servers(WAIT, arrivals_per_hour, service_hours, wait_limit_hours=limit)
