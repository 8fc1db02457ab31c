"""M/M/c+M (Erlang A): those who wait leave after an exponential patience. Exact also in overload."""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray
from hubcalc.queueing._reneging import checked


def mmcm_wait_probability(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike, patience_hours: ArrayLike
) -> FloatArray:
    """Compute the probability that an arrival at M/M/c+M has to wait.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    patience_hours : array_like
        Mean time an item is ready to wait, exponential. [h]

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
    >>> round(float(mmcm_wait_probability(60, 1 / 20, 3, 1 / 4)), 6)
    0.734157

    References
    ----------
    .. [1] C. Palm (1957), "Research on telephone traffic carried by full availability groups", Tele 1.
    .. [2] A. Mandelbaum, S. Zeltyn (2007), "Service engineering in action: the Palm/Erlang-A queue, with applications
       to call centers", in Advances in Services Innovations, Springer, 17-45.
    """
    return checked(arrivals_per_hour, service_hours, servers, patience_hours).state.waits


def mmcm_abandonment_probability(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike, patience_hours: ArrayLike
) -> FloatArray:
    """Compute the share of arrivals that leave M/M/c+M unserved.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    patience_hours : array_like
        Mean time an item is ready to wait, exponential. [h]

    Returns
    -------
    ndarray
        Probability that an arrival loses its patience. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(mmcm_abandonment_probability(60, 1 / 20, 3, 1 / 4)), 6)
    0.14074

    References
    ----------
    .. [1] C. Palm (1957), "Research on telephone traffic carried by full availability groups", Tele 1.
    .. [2] A. Mandelbaum, S. Zeltyn (2007), "Service engineering in action: the Palm/Erlang-A queue, with applications
       to call centers", in Advances in Services Innovations, Springer, 17-45.
    """
    return checked(arrivals_per_hour, service_hours, servers, patience_hours).state.leaves


def mmcm_wait_mean_hours(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike, patience_hours: ArrayLike
) -> FloatArray:
    """Compute the mean time in queue of all who come to M/M/c+M.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    patience_hours : array_like
        Mean time an item is ready to wait, exponential. [h]

    Returns
    -------
    ndarray
        Mean time until service or until patience is lost. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    By the flow through the queue, the mean wait is the share that leaves times the mean patience.

    Examples
    --------
    >>> round(float(mmcm_wait_mean_hours(60, 1 / 20, 3, 1 / 4)), 6)
    0.035185

    References
    ----------
    .. [1] C. Palm (1957), "Research on telephone traffic carried by full availability groups", Tele 1.
    .. [2] A. Mandelbaum, S. Zeltyn (2007), "Service engineering in action: the Palm/Erlang-A queue, with applications
       to call centers", in Advances in Services Innovations, Springer, 17-45.
    """
    columns = checked(arrivals_per_hour, service_hours, servers, patience_hours)
    return columns.state.leaves * columns.patience


def mmcm_served_wait_mean_hours(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike, patience_hours: ArrayLike
) -> FloatArray:
    """Compute the mean wait in queue of those whom M/M/c+M serves.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    patience_hours : array_like
        Mean time an item is ready to wait, exponential. [h]

    Returns
    -------
    ndarray
        Mean wait before service, given service. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(mmcm_served_wait_mean_hours(60, 1 / 20, 3, 1 / 4)), 6)
    0.034365

    References
    ----------
    .. [1] C. Palm (1957), "Research on telephone traffic carried by full availability groups", Tele 1.
    .. [2] A. Mandelbaum, S. Zeltyn (2007), "Service engineering in action: the Palm/Erlang-A queue, with applications
       to call centers", in Advances in Services Innovations, Springer, 17-45.
    """
    columns = checked(arrivals_per_hour, service_hours, servers, patience_hours)
    state = columns.state
    waits_and_served = state.waits * state.stays_if_waits
    return columns.patience * state.served_wait() * waits_and_served / state.served


def mmcm_number_mean(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike, patience_hours: ArrayLike
) -> FloatArray:
    """Compute the mean number in M/M/c+M.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    patience_hours : array_like
        Mean time an item is ready to wait, exponential. [h]

    Returns
    -------
    ndarray
        Mean number in the system, waiting and in service. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(mmcm_number_mean(60, 1 / 20, 3, 1 / 4)), 6)
    4.688883

    References
    ----------
    .. [1] C. Palm (1957), "Research on telephone traffic carried by full availability groups", Tele 1.
    .. [2] A. Mandelbaum, S. Zeltyn (2007), "Service engineering in action: the Palm/Erlang-A queue, with applications
       to call centers", in Advances in Services Innovations, Springer, 17-45.
    """
    columns = checked(arrivals_per_hour, service_hours, servers, patience_hours)
    state, load = columns.state, columns.load
    return np.asarray(state.y * state.leaves + np.minimum(load * state.served, columns.servers))
