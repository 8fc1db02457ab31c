"""M/G/c and GI/G/c: approximations from two moments, exact where a neighbor is, with the errors measured."""

from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, non_negative, positive, whole_at_least_one
from hubcalc.queueing._fused import filled
from hubcalc.queueing._two_moment_kernel import wait_means
from hubcalc.queueing._wait_tables import WAIT_TABLES


def mgc_wait_mean_hours(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, service_scv: ArrayLike, servers: ArrayLike
) -> FloatArray:
    """Compute the mean wait in queue of M/G/c, on the line from M/D/c (scv 0) to M/M/c (scv 1).

    Exact for one server, for a service scv of 0 and of 1; `expected_relative_error` has the errors measured.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean service time. [h]
    service_scv : array_like
        Squared coefficient of variation of the service time. [1]
    servers : array_like
        Number of parallel servers, a whole number. [1]

    Returns
    -------
    ndarray
        Mean wait before service; inf where utilization is 1 or more. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    The exact value of M/E2/2 is 0.7286.

    >>> round(float(mgc_wait_mean_hours(1.4, 1.0, 0.5, 2)), 3)
    0.727

    References
    ----------
    .. [1] H. C. Tijms (2003), A First Course in Stochastic Models, Wiley, section 9.6,
       doi:10.1002/047001363X.
    .. [2] T. Kimura (1994), "Approximations for multi-server queues: system interpolations", Queueing Systems 17,
       347-382, doi:10.1007/BF01158699.
    """
    return ggc_wait_mean_hours(arrivals_per_hour, 1.0, service_hours, service_scv, servers)


def ggc_wait_mean_hours(
    arrivals_per_hour: ArrayLike,
    arrival_scv: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    servers: ArrayLike,
) -> FloatArray:
    r"""Compute the mean wait in queue of GI/G/c: independent intervals between arrivals, any service time.

    The value for Poisson arrivals, `mgc_wait_mean_hours`, times the ratio of Whitt's approximations for the given and
    for Poisson arrivals, so that it is exact where that is. `expected_relative_error` has the errors measured: below
    utilization 0.5 regular arrivals at many servers hardly wait, and the relative error has no bound.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Arrival rate. [1/h]
    arrival_scv : array_like
        Squared coefficient of variation of the interval between arrivals. [1]
    service_hours : array_like
        Mean service time. [h]
    service_scv : array_like
        Squared coefficient of variation of the service time. [1]
    servers : array_like
        Number of parallel servers, a whole number. [1]

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
    .. math:: E[W] = E[W_{M/G/c}]\, \frac{\phi(c_a^2, c_s^2, c, \rho)\, (c_a^2 + c_s^2)}{\phi(1, c_s^2, c, \rho)\,
              (1 + c_s^2)}

    Examples
    --------
    E2/E2/4 at utilization 0.9, where the exact value is 0.9340 service times:

    >>> round(float(ggc_wait_mean_hours(3.6, 0.5, 1.0, 0.5, 4)), 2)
    0.93

    References
    ----------
    .. [1] W. Whitt (1993), "Approximations for the GI/G/m queue", Production and Operations Management 2(2), 114-161,
       doi:10.1111/j.1937-5956.1993.tb00094.x.
    """
    return filled(
        wait_means,
        WAIT_TABLES,
        arrivals_per_hour=(non_negative, arrivals_per_hour),
        arrival_scv=(non_negative, arrival_scv),
        service_hours=(positive, service_hours),
        service_scv=(non_negative, service_scv),
        servers=(whole_at_least_one, servers),
    )
