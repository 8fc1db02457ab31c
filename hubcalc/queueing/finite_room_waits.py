"""M/M/c/K: the wait of those who are admitted, first come first served."""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, non_negative, probability_below_one
from hubcalc.queueing._finite_room import FiniteRoom, checked
from hubcalc.queueing._inverse import time_where_tail_meets


def mmck_wait_mean_hours(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike, room: ArrayLike
) -> FloatArray:
    """Compute the mean wait in queue of those whom M/M/c/K admits.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    room : array_like
        Most items in the system, waiting and in service; a whole number, at least `servers`. [1]

    Returns
    -------
    ndarray
        Mean wait before service; finite at any load. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or `room` is below `servers`.

    Examples
    --------
    >>> round(float(mmck_wait_mean_hours(3, 1 / 2, 2, 5)), 6)
    0.230858

    References
    ----------
    .. [1] D. Gross, C. M. Harris (1998), Fundamentals of Queueing Theory, 3rd ed., Wiley, chapter 2.
    """
    state, service = checked(arrivals_per_hour, service_hours, servers, room)
    return state.wait_mean() * service


def mmck_wait_tail(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike, room: ArrayLike, hours: ArrayLike
) -> FloatArray:
    r"""Compute the probability that an admitted item waits longer than a given time in M/M/c/K.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    room : array_like
        Most items in the system, waiting and in service; a whole number, at least `servers`. [1]
    hours : array_like
        The time to compare with. [h]

    Returns
    -------
    ndarray
        P(wait > hours), given admission. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or `room` is below `servers`.

    Notes
    -----
    .. math:: P(W > t) = \frac{1}{1 - P_K} \sum_{j=0}^{m-1} p_{c+j} \sum_{i=0}^{j} e^{-\tau} \frac{\tau^i}{i!}, \quad
              \tau = c t / s, \quad m = K - c

    in closed form: the double sum is the difference of two Poisson probabilities.

    Examples
    --------
    >>> round(float(mmck_wait_tail(3, 1 / 2, 2, 5, 0.5)), 6)
    0.180931

    References
    ----------
    .. [1] D. Gross, C. M. Harris (1998), Fundamentals of Queueing Theory, 3rd ed., Wiley, chapter 2.
    """
    time = non_negative("hours", hours)
    state, service = checked(arrivals_per_hour, service_hours, servers, room, hours=time)
    return state.tail(np.broadcast_to(time, service.shape) / service)


def mmck_wait_quantile_hours(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike, room: ArrayLike, probability: ArrayLike
) -> FloatArray:
    """Compute a quantile of the wait of those whom M/M/c/K admits.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    room : array_like
        Most items in the system, waiting and in service; a whole number, at least `servers`. [1]
    probability : array_like
        Share of arrivals that wait no longer, from 0 to below 1. [1]

    Returns
    -------
    ndarray
        The least time t with P(wait <= t) >= probability, given admission. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or `room` is below `servers`.

    Examples
    --------
    >>> round(float(mmck_wait_quantile_hours(3, 1 / 2, 2, 5, 0.95)), 6)
    0.990791

    References
    ----------
    .. [1] D. Gross, C. M. Harris (1998), Fundamentals of Queueing Theory, 3rd ed., Wiley, chapter 2.
    """
    share = probability_below_one("probability", probability)
    state, service = checked(arrivals_per_hour, service_hours, servers, room, probability=share)
    load, count, most, level = broadcast(
        load=state.load, servers=state.servers, room=state.servers + state.places, level=1.0 - share
    )

    def tail(time: FloatArray, *columns: FloatArray) -> FloatArray:
        return FiniteRoom.solved(*columns).tail(time)

    guess = (state.places + 1.0) / state.servers
    return service * time_where_tail_meets(tail, level, guess, (load, count, most))
