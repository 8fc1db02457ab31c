"""M/M/c/K: Poisson arrivals, exponential service, parallel servers, finite room. All exact."""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray
from hubcalc.queueing._finite_room import checked


def mmck_blocking_probability(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike, room: ArrayLike
) -> FloatArray:
    r"""Compute the share of arrivals that M/M/c/K turns away.

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
        Probability that an arrival finds the room full. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or `room` is below `servers`.

    Notes
    -----
    .. math:: P_K = \frac{B r^m}{1 + B (r + \dots + r^m)}, \quad r = a/c, \quad m = K - c

    with the Erlang loss B of c servers; for r > 1 numerator and denominator are divided by :math:`r^m`.

    Examples
    --------
    >>> round(float(mmck_blocking_probability(3, 1 / 2, 2, 5)), 6)
    0.085114

    References
    ----------
    .. [1] D. Gross, C. M. Harris (1998), Fundamentals of Queueing Theory, 3rd ed., Wiley, chapter 2.
    """
    return checked(arrivals_per_hour, service_hours, servers, room)[0].full


def mmck_empty_probability(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike, room: ArrayLike
) -> FloatArray:
    """Compute the share of time in which M/M/c/K is empty.

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
        Probability that nobody is in the system. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or `room` is below `servers`.

    Examples
    --------
    >>> round(float(mmck_empty_probability(40, 1 / 30, 3, 7)), 6)
    0.255037

    References
    ----------
    .. [1] D. Gross, C. M. Harris (1998), Fundamentals of Queueing Theory, 3rd ed., Wiley, chapter 2.
    """
    return checked(arrivals_per_hour, service_hours, servers, room)[0].empty()


def mmck_throughput_per_hour(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike, room: ArrayLike
) -> FloatArray:
    """Compute the rate at which M/M/c/K admits and serves.

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
        Arrivals that are admitted; at most `servers` / `service_hours`. [1/h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or `room` is below `servers`.

    Examples
    --------
    >>> round(float(mmck_throughput_per_hour(3, 1 / 2, 2, 5)), 6)
    2.744658

    References
    ----------
    .. [1] D. Gross, C. M. Harris (1998), Fundamentals of Queueing Theory, 3rd ed., Wiley, chapter 2.
    """
    state, service = checked(arrivals_per_hour, service_hours, servers, room)
    return np.asarray(np.minimum(state.load * state.admitted, state.servers) / service)


def mmck_number_mean(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike, room: ArrayLike
) -> FloatArray:
    """Compute the mean number in M/M/c/K.

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
        Mean number in the system, waiting and in service. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or `room` is below `servers`.

    Examples
    --------
    >>> round(float(mmck_number_mean(3, 1 / 2, 2, 5)), 6)
    2.005954

    References
    ----------
    .. [1] D. Gross, C. M. Harris (1998), Fundamentals of Queueing Theory, 3rd ed., Wiley, chapter 2.
    """
    state, _ = checked(arrivals_per_hour, service_hours, servers, room)
    return np.asarray(state.queue_mean + np.minimum(state.load * state.admitted, state.servers))
