"""M/M/c with servers that break down, are repaired and go on with the interrupted service. All exact."""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray
from hubcalc.queueing._breakdown_columns import FailingServers, solved


def mmc_breakdown_number_mean(
    arrivals_per_hour: ArrayLike,
    service_hours: ArrayLike,
    servers: ArrayLike,
    failures_per_hour: ArrayLike,
    repair_hours: ArrayLike,
    repair_crews: ArrayLike,
    failing: FailingServers = "in_service",
) -> FloatArray:
    """Compute the mean number in M/M/c with servers that break down.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    failures_per_hour : array_like
        Rate at which a server that may fail does so, exponential. [1/h]
    repair_hours : array_like
        Mean repair time, exponential. [h]
    repair_crews : array_like
        Number of servers that can be repaired at a time, a whole number. [1]
    failing : {"in_service", "any_time"}, optional
        Which servers may fail: those `"in_service"`, or `"any_time"` all that are up.

    Returns
    -------
    ndarray
        Mean number in the system; inf where the load is at least the mean number of servers that are up. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or `servers` is above 64.

    Notes
    -----
    A chain over the servers that are up and the number in the system, solved by cyclic reduction.

    Examples
    --------
    >>> round(float(mmc_breakdown_number_mean(22, 1 / 20, 2, 1 / 40, 4, 2, "any_time")), 6)
    6.252446

    References
    ----------
    .. [1] I. L. Mitrani, B. Avi-Itzhak (1968), "A many-server queue with service interruptions", Operations Research
       16, 628-638.
    """
    number, _, _ = solved(
        arrivals_per_hour, service_hours, servers, failures_per_hour, repair_hours, repair_crews, failing
    )
    return number


def mmc_breakdown_sojourn_mean_hours(
    arrivals_per_hour: ArrayLike,
    service_hours: ArrayLike,
    servers: ArrayLike,
    failures_per_hour: ArrayLike,
    repair_hours: ArrayLike,
    repair_crews: ArrayLike,
    failing: FailingServers = "in_service",
) -> FloatArray:
    """Compute the mean time in M/M/c with servers that break down.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    failures_per_hour : array_like
        Rate at which a server that may fail does so, exponential. [1/h]
    repair_hours : array_like
        Mean repair time, exponential. [h]
    repair_crews : array_like
        Number of servers that can be repaired at a time, a whole number. [1]
    failing : {"in_service", "any_time"}, optional
        Which servers may fail: those `"in_service"`, or `"any_time"` all that are up.

    Returns
    -------
    ndarray
        Mean time in the system, repairs included; inf where the load is at least the mean number of servers up. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or `servers` is above 64.

    Examples
    --------
    >>> round(float(mmc_breakdown_sojourn_mean_hours(22, 1 / 20, 2, 1 / 40, 4, 2, "any_time")), 6)
    0.284202

    References
    ----------
    .. [1] I. L. Mitrani, B. Avi-Itzhak (1968), "A many-server queue with service interruptions", Operations Research
       16, 628-638.
    """
    number, load, service = solved(
        arrivals_per_hour, service_hours, servers, failures_per_hour, repair_hours, repair_crews, failing
    )
    return np.asarray(service * number / load)
