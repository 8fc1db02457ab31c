"""M/G/1 with a server that goes away when nobody is left: vacations, set-ups, and a start only for several. All exact.

By decomposition the mean wait is that of M/G/1 and an addition of what the server does between two busy periods.
"""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, non_negative, whole_at_least_one
from hubcalc.queueing.single_server import mg1_wait_mean_hours


def mg1_vacations_wait_mean_hours(
    arrivals_per_hour: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    vacation_hours: ArrayLike,
    vacation_scv: ArrayLike,
) -> FloatArray:
    r"""Compute the mean wait of M/G/1 with vacations, one after the other until somebody has come.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean service time. [h]
    service_scv : array_like
        Squared coefficient of variation of the service time. [1]
    vacation_hours : array_like
        Mean vacation. [h]
    vacation_scv : array_like
        Squared coefficient of variation of the vacation. [1]

    Returns
    -------
    ndarray
        Mean wait before service; inf where utilization is 1 or more. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    .. math:: E[W] = E[W_{M/G/1}] + \frac{E[V^2]}{2 E[V]}

    Examples
    --------
    >>> round(float(mg1_vacations_wait_mean_hours(12, 0.05, 0.5, 0.25, 1.0)), 6)
    0.30625

    References
    ----------
    .. [1] B. T. Doshi (1986), "Queueing systems with vacations - a survey", Queueing Systems 1, 29-66.
    .. [2] S. W. Fuhrmann, R. B. Cooper (1985), "Stochastic decompositions in the M/G/1 queue with generalized
       vacations", Operations Research 33, 1117-1129.
    """
    wait = mg1_wait_mean_hours(arrivals_per_hour, service_hours, service_scv)
    wait, away, scv = broadcast(
        wait=wait,
        vacation_hours=non_negative("vacation_hours", vacation_hours),
        vacation_scv=non_negative("vacation_scv", vacation_scv),
    )
    return np.asarray(wait + away * (1.0 + scv) / 2.0)


def mg1_single_vacation_wait_mean_hours(
    arrivals_per_hour: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    vacation_hours: ArrayLike,
    vacation_scv: ArrayLike,
) -> FloatArray:
    r"""Compute the mean wait of M/G/1 with one vacation each time that nobody is left.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean service time. [h]
    service_scv : array_like
        Squared coefficient of variation of the service time. [1]
    vacation_hours : array_like
        Mean vacation. [h]
    vacation_scv : array_like
        Squared coefficient of variation of the vacation. [1]

    Returns
    -------
    ndarray
        Mean wait before service; inf where utilization is 1 or more. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    .. math:: E[W] = E[W_{M/G/1}] + \frac{\lambda E[V^2]}{2 (\phi(\lambda) + \lambda E[V])}

    with :math:`\phi(\lambda)` the probability that nobody comes in a vacation, which has a gamma law: Erlang where
    1 / scv is whole, constant at scv 0.

    Examples
    --------
    >>> round(float(mg1_single_vacation_wait_mean_hours(12, 0.05, 0.5, 0.25, 1.0)), 6)
    0.287019

    References
    ----------
    .. [1] B. T. Doshi (1986), "Queueing systems with vacations - a survey", Queueing Systems 1, 29-66.
    .. [2] S. W. Fuhrmann, R. B. Cooper (1985), "Stochastic decompositions in the M/G/1 queue with generalized
       vacations", Operations Research 33, 1117-1129.
    """
    wait = mg1_wait_mean_hours(arrivals_per_hour, service_hours, service_scv)
    wait, arrivals, away, scv = broadcast(
        wait=wait,
        arrivals_per_hour=np.asarray(arrivals_per_hour, dtype=np.float64),
        vacation_hours=non_negative("vacation_hours", vacation_hours),
        vacation_scv=non_negative("vacation_scv", vacation_scv),
    )
    come = arrivals * away
    some = scv > 0.0
    with np.errstate(under="ignore"):
        nobody = np.exp(-np.where(some, np.log1p(come * scv) / np.where(some, scv, 1.0), come))
    return np.asarray(wait + come * away * (1.0 + scv) / (2.0 * (nobody + come)))


def mg1_setup_wait_mean_hours(
    arrivals_per_hour: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    setup_hours: ArrayLike,
    setup_scv: ArrayLike,
) -> FloatArray:
    r"""Compute the mean wait of M/G/1 with a set-up before the first service of each busy period.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean service time. [h]
    service_scv : array_like
        Squared coefficient of variation of the service time. [1]
    setup_hours : array_like
        Mean set-up time. [h]
    setup_scv : array_like
        Squared coefficient of variation of the set-up time. [1]

    Returns
    -------
    ndarray
        Mean wait before service, the set-up included; inf where utilization is 1 or more. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    .. math:: E[W] = E[W_{M/G/1}] + \frac{2 E[D] + \lambda E[D^2]}{2 (1 + \lambda E[D])}

    Examples
    --------
    >>> round(float(mg1_setup_wait_mean_hours(0.5, 1.0, 1.0, 2.0, 1.0)), 6)
    3.0

    References
    ----------
    .. [1] P. D. Welch (1964), "On a generalized M/G/1 queuing process in which the first customer of each busy period
       receives exceptional service", Operations Research 12, 736-752.
    """
    wait = mg1_wait_mean_hours(arrivals_per_hour, service_hours, service_scv)
    wait, arrivals, setup, scv = broadcast(
        wait=wait,
        arrivals_per_hour=np.asarray(arrivals_per_hour, dtype=np.float64),
        setup_hours=non_negative("setup_hours", setup_hours),
        setup_scv=non_negative("setup_scv", setup_scv),
    )
    come = arrivals * setup
    return np.asarray(wait + setup * (1.0 + come * (1.0 + scv) / 2.0) / (1.0 + come))


def mg1_threshold_wait_mean_hours(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, service_scv: ArrayLike, threshold: ArrayLike
) -> FloatArray:
    r"""Compute the mean wait of M/G/1 with a server that starts only when several have come (N-policy).

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean service time. [h]
    service_scv : array_like
        Squared coefficient of variation of the service time. [1]
    threshold : array_like
        Number of items that must have come before the server starts, a whole number. [1]

    Returns
    -------
    ndarray
        Mean wait before service; inf where utilization is 1 or more, or where nobody comes and the
        threshold is above one. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    .. math:: E[W] = E[W_{M/G/1}] + \frac{N - 1}{2 \lambda}

    Examples
    --------
    >>> round(float(mg1_threshold_wait_mean_hours(0.5, 1.0, 1.0, 5)), 6)
    5.0

    References
    ----------
    .. [1] M. Yadin, P. Naor (1963), "Queueing systems with a removable service station", Operational Research
       Quarterly 14, 393-405.
    """
    wait = mg1_wait_mean_hours(arrivals_per_hour, service_hours, service_scv)
    wait, arrivals, number = broadcast(
        wait=wait,
        arrivals_per_hour=np.asarray(arrivals_per_hour, dtype=np.float64),
        threshold=whole_at_least_one("threshold", threshold),
    )
    with np.errstate(divide="ignore", over="ignore"):
        gather = (number - 1.0) / (2.0 * np.where(number > 1.0, arrivals, 1.0))
    return np.asarray(wait + gather)
