"""M/G/1 with a server that breaks down, is repaired and goes on with the interrupted service. All exact."""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, non_negative, positive
from hubcalc.queueing._breakdown_columns import FailingServers, checked_failing
from hubcalc.queueing.single_server import mg1_wait_mean_hours


def completion_mean_hours(
    service_hours: ArrayLike, failures_per_hour: ArrayLike, repair_hours: ArrayLike
) -> FloatArray:
    """Compute the mean time from the start of a service to its end, repairs included.

    Parameters
    ----------
    service_hours : array_like
        Mean service time. [h]
    failures_per_hour : array_like
        Rate of failures while the server works, exponential. [1/h]
    repair_hours : array_like
        Mean repair time. [h]

    Returns
    -------
    ndarray
        Mean completion time. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    .. math:: E[C] = E[S] (1 + f E[D])

    Examples
    --------
    >>> round(float(completion_mean_hours(10 / 60, 1 / 10, 1)) * 60, 9)
    11.0

    References
    ----------
    .. [1] D. P. Gaver (1962), "A waiting line with interrupted service, including priorities", Journal of the Royal
       Statistical Society B 24, 73-90.
    """
    service, failures, repair = broadcast(
        service_hours=positive("service_hours", service_hours),
        failures_per_hour=non_negative("failures_per_hour", failures_per_hour),
        repair_hours=non_negative("repair_hours", repair_hours),
    )
    return np.asarray(service * (1.0 + failures * repair))


def completion_scv(
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    failures_per_hour: ArrayLike,
    repair_hours: ArrayLike,
    repair_scv: ArrayLike,
) -> FloatArray:
    """Compute the scv of the time from the start of a service to its end, repairs included.

    Parameters
    ----------
    service_hours : array_like
        Mean service time. [h]
    service_scv : array_like
        Squared coefficient of variation of the service time. [1]
    failures_per_hour : array_like
        Rate of failures while the server works, exponential. [1/h]
    repair_hours : array_like
        Mean repair time. [h]
    repair_scv : array_like
        Squared coefficient of variation of the repair time. [1]

    Returns
    -------
    ndarray
        Squared coefficient of variation of the completion time. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    .. math:: Var[C] = Var[S] (1 + f E[D])^2 + f E[S] E[D^2]

    Examples
    --------
    >>> round(float(completion_scv(10 / 60, 1.0, 1 / 10, 1, 1.0)), 6)
    1.991736

    References
    ----------
    .. [1] D. P. Gaver (1962), "A waiting line with interrupted service, including priorities", Journal of the Royal
       Statistical Society B 24, 73-90.
    """
    mean = completion_mean_hours(service_hours, failures_per_hour, repair_hours)
    service, scv, failures, repair, repair_scv_, mean = broadcast(
        service_hours=positive("service_hours", service_hours),
        service_scv=non_negative("service_scv", service_scv),
        failures_per_hour=non_negative("failures_per_hour", failures_per_hour),
        repair_hours=non_negative("repair_hours", repair_hours),
        repair_scv=non_negative("repair_scv", repair_scv),
        mean=mean,
    )
    return np.asarray(scv + (failures * service) * (repair / mean) ** 2 * (1.0 + repair_scv_))


def mg1_breakdown_wait_mean_hours(
    arrivals_per_hour: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    failures_per_hour: ArrayLike,
    repair_hours: ArrayLike,
    repair_scv: ArrayLike,
    failing: FailingServers = "in_service",
) -> FloatArray:
    """Compute the mean wait in queue of M/G/1 with a server that breaks down.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean service time. [h]
    service_scv : array_like
        Squared coefficient of variation of the service time. [1]
    failures_per_hour : array_like
        Rate of failures while the server works, exponential. [1/h]
    repair_hours : array_like
        Mean repair time. [h]
    repair_scv : array_like
        Squared coefficient of variation of the repair time. [1]
    failing : {"in_service", "any_time"}, optional
        Which servers may fail: those `"in_service"`, or `"any_time"` all that are up.

    Returns
    -------
    ndarray
        Mean wait before the service starts; inf where the completion times fill the server. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    Completion times in the place of service times; if it fails when idle too, its residual repair adds to that by
    the decomposition of Fuhrmann and Cooper.

    Examples
    --------
    >>> round(float(mg1_breakdown_wait_mean_hours(3.0, 10 / 60, 1.0, 1 / 10, 1.0, 1.0)) * 60, 2)
    20.11

    References
    ----------
    .. [1] D. P. Gaver (1962), "A waiting line with interrupted service, including priorities", Journal of the Royal
       Statistical Society B 24, 73-90.
    .. [2] B. Avi-Itzhak, P. Naor (1963), "Some queuing problems with the service station subject to breakdown",
       Operations Research 11, 303-320.
    """
    mean = completion_mean_hours(service_hours, failures_per_hour, repair_hours)
    scv = completion_scv(service_hours, service_scv, failures_per_hour, repair_hours, repair_scv)
    wait = mg1_wait_mean_hours(arrivals_per_hour, mean, scv)
    if checked_failing(failing) == "in_service":
        return wait
    wait, failures, repair, variation = broadcast(
        wait=wait,
        failures_per_hour=np.asarray(failures_per_hour, dtype=np.float64),
        repair_hours=np.asarray(repair_hours, dtype=np.float64),
        repair_scv=np.asarray(repair_scv, dtype=np.float64),
    )
    # an idle server is down for a share f D / (1 + f D) of the time, with the residual repair E[D^2] / (2 D) to go
    down = failures * repair / (1.0 + failures * repair)
    return np.asarray(wait + down * repair * (1.0 + variation) / 2.0)
