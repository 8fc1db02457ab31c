"""Queues with priority classes: the mean wait of each class, along the last axis. All exact.

A class that finds no room beside those above it waits for ever, and its wait is inf; the classes above still have a
steady state, and theirs is finite.
"""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray
from hubcalc.queueing import _priority_kernel
from hubcalc.queueing._priority import lines_of_many_servers, lines_of_one_server


def mg1_priority_wait_mean_hours(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, service_scv: ArrayLike
) -> FloatArray:
    r"""Compute the mean wait of each class in M/G/1 with priorities that do not interrupt.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rates by class along the last axis, the most urgent class first. [1/h]
    service_hours : array_like
        Mean service times by class along the last axis. [h]
    service_scv : array_like
        Squared coefficients of variation of the service times by class along the last axis. [1]

    Returns
    -------
    ndarray
        Mean wait before service by class; inf where the classes down to it fill the server. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    .. math:: E[W_i] = \frac{R}{(1 - \sigma_{i-1}) (1 - \sigma_i)}, \quad R = \tfrac{1}{2} \sum_j \lambda_j E[S_j^2],
              \quad \sigma_i = \rho_1 + \dots + \rho_i

    Examples
    --------
    >>> mg1_priority_wait_mean_hours([10, 12], 1 / 30, 1.0).round(6).tolist()
    [0.036667, 0.1375]

    References
    ----------
    .. [1] A. Cobham (1954), "Priority assignment in waiting line problems", Operations Research 2, 70-76.
    .. [2] L. Kleinrock (1976), Queueing Systems, volume 2, Wiley, chapter 3.
    """
    shape, columns = lines_of_one_server(arrivals_per_hour, service_hours, service_scv)
    wait = np.empty(shape)
    _priority_kernel.one_server(wait.reshape(-1), shape[-1], False, *columns)
    return wait


def mg1_preemptive_wait_mean_hours(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, service_scv: ArrayLike
) -> FloatArray:
    r"""Compute the mean wait of each class in M/G/1 with priorities that interrupt and later resume.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rates by class along the last axis, the most urgent class first. [1/h]
    service_hours : array_like
        Mean service times by class along the last axis. [h]
    service_scv : array_like
        Squared coefficients of variation of the service times by class along the last axis. [1]

    Returns
    -------
    ndarray
        Mean time in the system less the service time, by class, interruptions included; inf where the classes down to
        it fill the server. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    .. math:: E[W_i] = \frac{\sigma_{i-1} E[S_i]}{1 - \sigma_{i-1}}
                       + \frac{\sum_{j \le i} \lambda_j E[S_j^2]}{2 (1 - \sigma_{i-1}) (1 - \sigma_i)}

    Examples
    --------
    >>> mg1_preemptive_wait_mean_hours([10, 12], 1 / 30, 1.0).round(6).tolist()
    [0.016667, 0.154167]

    References
    ----------
    .. [1] L. Kleinrock (1976), Queueing Systems, volume 2, Wiley, chapter 3.
    """
    shape, columns = lines_of_one_server(arrivals_per_hour, service_hours, service_scv)
    wait = np.empty(shape)
    _priority_kernel.one_server(wait.reshape(-1), shape[-1], True, *columns)
    return wait


def mmc_priority_wait_mean_hours(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike
) -> FloatArray:
    r"""Compute the mean wait of each class in M/M/c with priorities that do not interrupt.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rates by class along the last axis, the most urgent class first. [1/h]
    service_hours : array_like
        Mean of the exponential service time, the same in all classes; without the axis of classes. [h]
    servers : array_like
        Number of parallel servers, above 0 and not always whole; without the axis of classes. [1]

    Returns
    -------
    ndarray
        Mean wait before service by class; inf where the classes down to it fill the servers. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    .. math:: E[W_i] = \frac{C \, s / c}{(1 - \sigma_{i-1}) (1 - \sigma_i)}, \quad \sigma_i = \rho_1 + \dots + \rho_i

    with the Erlang delay probability C of all classes together.

    Examples
    --------
    >>> mmc_priority_wait_mean_hours([30, 55], 1 / 25, 4).round(6).tolist()
    [0.009847, 0.065649]

    References
    ----------
    .. [1] A. Cobham (1954), "Priority assignment in waiting line problems", Operations Research 2, 70-76.
    """
    shape, columns = lines_of_many_servers(arrivals_per_hour, service_hours, servers)
    wait = np.empty(shape)
    _priority_kernel.many_servers(wait.reshape(-1), shape[-1], *columns)
    return wait


def mmc_preemptive_wait_mean_hours(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike
) -> FloatArray:
    """Compute the mean wait of each class in M/M/c with priorities that interrupt and later resume.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rates by class along the last axis, the most urgent class first. [1/h]
    service_hours : array_like
        Mean of the exponential service time, the same in all classes; without the axis of classes. [h]
    servers : array_like
        Number of parallel servers, above 0 and not always whole; without the axis of classes. [1]

    Returns
    -------
    ndarray
        Mean time in the system less the service time, by class, interruptions included; inf where the classes down to
        it fill the servers. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    The classes down to i see nothing of those below: together they are M/M/c. With L its mean queue as a function of
    the load, and equal service rates, class i waits for (L(a_1 + ... + a_i) - L(a_1 + ... + a_{i-1})) / a_i service
    times. That divided difference is the derivative of L where the class is rare.

    Examples
    --------
    >>> mmc_preemptive_wait_mean_hours([30, 55], 1 / 25, 4).round(6).tolist()
    [0.000529, 0.070732]

    References
    ----------
    .. [1] J. P. Buzen, A. B. Bondi (1983), "The response times of priority classes under preemptive resume in M/M/m
       queues", Operations Research 31(3), 456-465.
    """
    shape, columns = lines_of_many_servers(arrivals_per_hour, service_hours, servers)
    wait = np.empty(shape)
    _priority_kernel.many_servers_interrupted(wait.reshape(-1), shape[-1], *columns)
    return wait
