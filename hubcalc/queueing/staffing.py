"""How many servers are needed: the fewest for stability and for a waiting target."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hubcalc.arguments import FloatArray, broadcast, non_negative, positive
from hubcalc.errors import ArgumentError, Problem
from hubcalc.queueing.markovian import mmc_wait_mean_hours

IntegerArray = NDArray[np.int64]

_MOST_SERVERS = 2.0**40


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
        If an argument is out of its range, or the load is beyond 2^40 servers.

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
    load = np.asarray(arrivals * service)
    if np.any(load >= _MOST_SERVERS):
        given = float(load.max())
        raise ArgumentError.of(
            Problem("offers too great a load", parameter="arrivals_per_hour", given=given, allowed="below 2^40 erlang")
        )
    return np.asarray((np.floor(load) + 1.0).astype(np.int64))


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
        If an argument is out of its range, or the load is beyond 2^40 servers.

    Notes
    -----
    The mean wait falls with each server, so doubling and bisection over whole columns find the integer.

    Examples
    --------
    >>> int(fewest_servers_for_wait(48, 1 / 12, 0.05))
    5
    """
    arrivals, service, limit, low = broadcast(
        arrivals_per_hour=non_negative("arrivals_per_hour", arrivals_per_hour),
        service_hours=positive("service_hours", service_hours),
        wait_limit_hours=positive("wait_limit_hours", wait_limit_hours),
        fewest=fewest_stable_servers(arrivals_per_hour, service_hours).astype(np.float64),
    )

    def fails(count: FloatArray) -> NDArray[np.bool_]:
        return np.asarray(mmc_wait_mean_hours(arrivals, service, count) > limit)

    step = np.ones_like(low)
    high = low.copy()
    while np.any(short := fails(high)):
        high, step = np.where(short, high + step, high), 2.0 * step
    low = low - 1.0  # invariant: `low` servers are too few, `high` are enough
    while np.any(high - low > 1.0):
        middle = np.floor((low + high) / 2.0)
        short = (middle > low) & (fails(np.maximum(middle, 1.0)))
        inside = high - low > 1.0
        low, high = np.where(inside & short, middle, low), np.where(inside & ~short, middle, high)
    return np.asarray(high.astype(np.int64))
