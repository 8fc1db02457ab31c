"""GI/G/c from two moments: approximations of the probability of a wait, and of the law of the wait."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaincc, gammainccinv

from hubcalc.arguments import FloatArray, broadcast, non_negative, positive, probability_below_one, whole_at_least_one
from hubcalc.queueing._fused import filled
from hubcalc.queueing._two_moment_kernel import wait_probabilities
from hubcalc.queueing._wait_tables import WAIT_TABLES
from hubcalc.queueing.general import ggc_wait_mean_hours

_LEAST_UTILIZATION = 1e-3  # below, the corrections are held


def ggc_wait_probability(
    arrivals_per_hour: ArrayLike,
    arrival_scv: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    servers: ArrayLike,
) -> FloatArray:
    r"""Estimate the probability that an arrival at GI/G/c has to wait, by Whitt's approximation.

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
        Probability of a wait; 1 where utilization is 1 or more. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    From that of M/M/c by the normal law of the number in service; see [1]_, equations 3.5 to 3.11, and [2]_, equations
    48 to 50 for one server. Exact for M/G/1 and M/M/c. `expected_two_moment_error` has the errors measured, which are
    large below utilization 0.5. The normal law falls below the smallest number where hardly anybody waits: so the
    estimate may be 0 where `ggc_wait_mean_hours` has a wait, seen up to 6e-17 of the service time.

    Examples
    --------
    E2/E2/4 at utilization 0.9, where 0.727 is exact:

    >>> round(float(ggc_wait_probability(3.6, 0.5, 1.0, 0.5, 4)), 3)
    0.72

    References
    ----------
    .. [1] W. Whitt (1993), "Approximations for the GI/G/m queue", Production and Operations Management 2(2), 114-161,
       doi:10.1111/j.1937-5956.1993.tb00094.x.
    .. [2] W. Whitt (1983), "The queueing network analyzer", Bell System Technical Journal 62(9), 2779-2815,
       doi:10.1002/j.1538-7305.1983.tb03204.x.
    """
    return filled(
        wait_probabilities,
        WAIT_TABLES,
        arrivals_per_hour=(non_negative, arrivals_per_hour),
        arrival_scv=(non_negative, arrival_scv),
        service_hours=(positive, service_hours),
        service_scv=(non_negative, service_scv),
        servers=(whole_at_least_one, servers),
    )


def ggc_wait_tail(
    arrivals_per_hour: ArrayLike,
    arrival_scv: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    servers: ArrayLike,
    hours: ArrayLike,
) -> FloatArray:
    r"""Estimate the probability that the wait in queue of GI/G/c exceeds a given time.

    The wait is 0, or has the gamma law of its mean and of Whitt's scv of the wait of those who wait.

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
    hours : array_like
        The time to compare with. [h]

    Returns
    -------
    ndarray
        P(wait > hours); 1 where utilization is 1 or more. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    .. math:: c_D^2 = 2 \rho - 1 + \frac{4 (1 - \rho) d^3}{3 (1 + c_s^2)^2}, \quad
              d^3 = \begin{cases} (2 c_s^2 + 1) (c_s^2 + 1) & c_s^2 < 1 \\ 3 c_s^2 (1 + c_s^2) & c_s^2 \ge 1 \end{cases}

    is the scv of a wait that is not 0 ([1]_, equations 53 and 54); exact for M/M/c.

    Examples
    --------
    E2/E2/4 at utilization 0.9, where 0.068 is exact:

    >>> round(float(ggc_wait_tail(3.6, 0.5, 1.0, 0.5, 4, 3.0)), 3)
    0.069

    References
    ----------
    .. [1] W. Whitt (1983), "The queueing network analyzer", Bell System Technical Journal 62(9), 2779-2815,
       doi:10.1002/j.1538-7305.1983.tb03204.x.
    """
    wait, mean, scv = _delay(arrivals_per_hour, arrival_scv, service_hours, service_scv, servers)
    wait, mean, scv, time = broadcast(wait=wait, mean=mean, scv=scv, hours=non_negative("hours", hours))
    stable = np.isfinite(mean)
    scale = np.where(stable & (mean > 0.0), mean * scv, 1.0)
    with np.errstate(over="ignore", under="ignore"):
        tail = np.where(mean > 0.0, wait * gammaincc(1.0 / scv, np.minimum(time / scale, 1e300)), 0.0)
    return np.where(stable, tail, 1.0)


def ggc_wait_quantile_hours(
    arrivals_per_hour: ArrayLike,
    arrival_scv: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    servers: ArrayLike,
    probability: ArrayLike,
) -> FloatArray:
    """Estimate a quantile of the wait in queue of GI/G/c, over all arrivals: the inverse of `ggc_wait_tail`.

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
    probability : array_like
        Share of arrivals that wait no longer, from 0 to below 1. [1]

    Returns
    -------
    ndarray
        The least time t with P(wait <= t) >= probability: 0 where enough arrivals do not wait at all; inf where
        utilization is 1 or more and `probability` > 0. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    E2/E2/4 at utilization 0.9, where 3.39 is exact:

    >>> round(float(ggc_wait_quantile_hours(3.6, 0.5, 1.0, 0.5, 4, 0.95)), 2)
    3.42

    References
    ----------
    .. [1] W. Whitt (1983), "The queueing network analyzer", Bell System Technical Journal 62(9), 2779-2815,
       doi:10.1002/j.1538-7305.1983.tb03204.x.
    """
    wait, mean, scv = _delay(arrivals_per_hour, arrival_scv, service_hours, service_scv, servers)
    share = probability_below_one("probability", probability)
    wait, mean, scv, share = broadcast(wait=wait, mean=mean, scv=scv, probability=share)
    longer = np.isfinite(mean) & (mean > 0.0) & (wait > 1.0 - share)
    level = np.where(longer, (1.0 - share) / np.where(longer, wait, 1.0), 1.0)
    hours = np.where(longer, mean, 0.0) * scv * gammainccinv(1.0 / scv, level)
    return np.where(np.isfinite(mean) | (share == 0.0), hours, np.inf)


def _delay(
    arrivals_per_hour: ArrayLike,
    arrival_scv: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    servers: ArrayLike,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return P(W > 0), and mean and scv of a wait that is not 0; a mean of inf where unstable."""
    given = (arrivals_per_hour, arrival_scv, service_hours, service_scv, servers)
    wait = ggc_wait_probability(*given)
    mean, wait = broadcast(mean=ggc_wait_mean_hours(*given), wait=wait)
    _, arrivals, service, variation, count = broadcast(
        wait=wait,
        arrivals_per_hour=np.asarray(arrivals_per_hour, dtype=np.float64),
        service_hours=np.asarray(service_hours, dtype=np.float64),
        service_scv=np.asarray(service_scv, dtype=np.float64),
        servers=np.asarray(servers, dtype=np.float64),
    )
    rho = np.minimum(arrivals * service / count, 1.0)
    third = np.where(variation < 1.0, (2.0 * variation + 1.0) * (variation + 1.0), 3.0 * variation * (1.0 + variation))
    scv = 2.0 * rho - 1.0 + 4.0 * (1.0 - rho) * third / (3.0 * (1.0 + variation) ** 2)
    some = (wait > 0.0) & np.isfinite(mean)
    delayed = np.where(
        some, np.where(some, mean, 0.0) / np.where(some, wait, 1.0), np.where(np.isfinite(mean), 0.0, np.inf)
    )
    return wait, delayed, np.maximum(scv, 0.1)
