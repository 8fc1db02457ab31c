"""GI/G/1 and GI/G/c: the classical approximations of the mean wait from two moments, each as it was published.

None is exact but where its notes say so; `expected_two_moment_error` has what each misses in which region, and
`TWO_MOMENT_METHODS` lists them. `ggc_wait_mean_hours` (Whitt 1993) is the one to prefer.
"""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, between, broadcast, non_negative, positive, whole_at_least_one
from hubcalc.queueing.deterministic import mdc_wait_mean_hours
from hubcalc.queueing.gi_mc import gimc_wait_mean_hours
from hubcalc.queueing.markovian import mmc_wait_mean_hours, mmc_wait_probability


def kingman_wait_bound_hours(
    arrivals_per_hour: ArrayLike,
    arrival_scv: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    servers: ArrayLike,
) -> FloatArray:
    r"""Compute Kingman's upper bound of the mean wait in queue of GI/G/c: no estimate, the wait is never longer.

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
        Upper bound of the mean wait before service; inf where utilization is 1 or more, and where nothing arrives. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    .. math:: E[W] \le \frac{\lambda \left(\sigma_a^2 + \sigma_s^2 / c + s^2 (c - 1) / c^2\right)}{2 (1 - \rho)}

    Tight in heavy traffic for one server; the intervals of rare arrivals vary more, and the bound grows without end.

    Examples
    --------
    >>> round(float(kingman_wait_bound_hours(0.9, 1.0, 1.0, 1.0, 1)), 6)  # M/M/1, where the wait is 9 h
    10.055556

    References
    ----------
    .. [1] J. F. C. Kingman (1962), "Some inequalities for the queue GI/G/1", Biometrika 49(3/4), 315-324,
       doi:10.1093/biomet/49.3-4.315.
    .. [2] J. F. C. Kingman (1970), "Inequalities in the theory of queues", Journal of the Royal Statistical Society B
       32(1), 102-110.
    """
    arrivals, arrival, service, scv, count, rho = _columns(
        arrivals_per_hour, arrival_scv, service_hours, service_scv, servers
    )
    stable = (rho < 1.0) & (arrivals > 0.0)
    rate = np.where(stable, arrivals, 1.0)
    spread = arrival / rate**2 + service**2 * (scv / count + (count - 1.0) / count**2)
    return np.where(stable, rate * spread / (2.0 * np.where(stable, 1.0 - rho, 1.0)), np.inf)


def marchal_wait_mean_hours(
    arrivals_per_hour: ArrayLike, arrival_scv: ArrayLike, service_hours: ArrayLike, service_scv: ArrayLike
) -> FloatArray:
    r"""Compute the mean wait in queue of GI/G/1 by Marchal's approximation: Kingman's bound, made exact for M/G/1.

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
    .. math:: E[W] \approx \frac{s\, \rho\, (1 + c_s^2)}{1 + \rho^2 c_s^2}\, \frac{c_a^2 + \rho^2 c_s^2}{2 (1 - \rho)}

    Examples
    --------
    >>> round(float(marchal_wait_mean_hours(0.9, 1.0, 1.0, 0.5)), 6)  # M/G/1: exact
    6.75

    References
    ----------
    .. [1] W. G. Marchal (1976), "An approximate formula for waiting time in single server queues", AIIE Transactions
       8(4), 473-474, doi:10.1080/05695557608975111.
    """
    _, arrival, service, scv, _, rho = _columns(arrivals_per_hour, arrival_scv, service_hours, service_scv, 1)
    stable = rho < 1.0
    busy = np.where(stable, rho, 0.0)
    wait = service * busy * (1.0 + scv) / (1.0 + busy**2 * scv) * (arrival + busy**2 * scv) / (2.0 * (1.0 - busy))
    return np.where(stable, wait, np.inf)


def allen_cunneen_wait_mean_hours(
    arrivals_per_hour: ArrayLike,
    arrival_scv: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    servers: ArrayLike,
) -> FloatArray:
    r"""Compute the mean wait in queue of GI/G/c by the approximation of Allen and Cunneen.

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
    .. math:: E[W] \approx E[W_{M/M/c}] \frac{c_a^2 + c_s^2}{2}

    Exact for M/G/1 and M/M/c.

    Examples
    --------
    >>> round(float(allen_cunneen_wait_mean_hours(1.8, 1.0, 1.0, 1.0, 2)), 6)
    4.263158

    References
    ----------
    .. [1] A. O. Allen (1990), Probability, Statistics, and Queueing Theory with Computer Science Applications, 2nd
       edition, Academic Press, chapter 5.
    """
    arrivals, arrival, service, scv, count, rho = _columns(
        arrivals_per_hour, arrival_scv, service_hours, service_scv, servers
    )
    wait = mmc_wait_mean_hours(arrivals, service, count)
    return np.where(rho < 1.0, np.where(rho < 1.0, wait, 0.0) * (arrival + scv) / 2.0, np.inf)


def kraemer_langenbach_belz_wait_mean_hours(
    arrivals_per_hour: ArrayLike,
    arrival_scv: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    servers: ArrayLike,
) -> FloatArray:
    r"""Compute the mean wait in queue of GI/G/c by the approximation of Kraemer and Langenbach-Belz.

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
        Number of parallel servers, a whole number; the approximation was made for one, the form for more is that of
        [2]_. [1]

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
    With :math:`p = P(W_{M/M/c} > 0)`, which is the utilization for one server,

    .. math:: E[W] \approx E[W_{M/M/c}] \frac{c_a^2 + c_s^2}{2}\, g, \quad
              g = \begin{cases}
              \exp\left(-\frac{2 (1 - \rho)}{3 p} \frac{(1 - c_a^2)^2}{c_a^2 + c_s^2}\right) & c_a^2 \le 1 \\
              \exp\left(-(1 - \rho) \frac{c_a^2 - 1}{c_a^2 + 4 c_s^2}\right) & c_a^2 > 1 \end{cases}

    Exact for M/G/1 and M/M/c.

    Examples
    --------
    E2/E2/1 at utilization 0.5, where the exact wait is 0.3904 service times:

    >>> round(float(kraemer_langenbach_belz_wait_mean_hours(0.5, 0.5, 1.0, 0.5, 1)), 4)
    0.4232

    References
    ----------
    .. [1] W. Kraemer, M. Langenbach-Belz (1976), "Approximate formulae for the delay in the queueing system GI/G/1",
       Proceedings of the 8th International Teletraffic Congress, Melbourne, paper 235.
    .. [2] G. Bolch, S. Greiner, H. de Meer, K. S. Trivedi (2006), Queueing Networks and Markov Chains, 2nd edition,
       Wiley, section 6.3.4, doi:10.1002/0471791571.
    """
    arrivals, arrival, service, scv, count, rho = _columns(
        arrivals_per_hour, arrival_scv, service_hours, service_scv, servers
    )
    waits = (rho < 1.0) & (rho > 0.0)
    delayed = np.maximum(mmc_wait_probability(arrivals, service, count), 1e-300)
    both = np.maximum(arrival + scv, 1e-300)
    with np.errstate(over="ignore", under="ignore"):
        smooth = -2.0 * (1.0 - rho) / (3.0 * delayed) * (1.0 - arrival) ** 2 / both
        bursty = -(1.0 - rho) * (arrival - 1.0) / (arrival + 4.0 * scv + 1e-300)
        factor = np.exp(np.where(waits, np.where(arrival <= 1.0, smooth, bursty), 0.0))
    return allen_cunneen_wait_mean_hours(arrivals, arrival, service, scv, count) * factor


def kimura_wait_mean_hours(
    arrivals_per_hour: ArrayLike,
    arrival_scv: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    servers: ArrayLike,
) -> FloatArray:
    r"""Compute the mean wait in queue of GI/G/c by Kimura's interpolation between D/M/c, M/D/c and M/M/c.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Arrival rate. [1/h]
    arrival_scv : array_like
        Squared coefficient of variation of the interval between arrivals, from 0 to 1. [1]
    service_hours : array_like
        Mean service time. [h]
    service_scv : array_like
        Squared coefficient of variation of the service time, from 0 to 1. [1]
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
    .. math:: E[W] \approx (c_a^2 + c_s^2) \left[\frac{1 - c_a^2}{E[W_{D/M/c}]} + \frac{1 - c_s^2}{E[W_{M/D/c}]} +
              \frac{2 (c_a^2 + c_s^2 - 1)}{E[W_{M/M/c}]}\right]^{-1}

    Exact for D/M/c, M/D/c and M/M/c.

    Examples
    --------
    E2/E2/4 at utilization 0.9, where the exact wait is 0.9340 service times:

    >>> round(float(kimura_wait_mean_hours(3.6, 0.5, 1.0, 0.5, 4)), 2)
    0.93

    References
    ----------
    .. [1] T. Kimura (1986), "A two-moment approximation for the mean waiting time in the GI/G/s queue", Management
       Science 32(6), 751-763, doi:10.1287/mnsc.32.6.751.
    .. [2] T. Kimura (1994), "Approximations for multi-server queues: system interpolations", Queueing Systems 17,
       347-382, doi:10.1007/BF01158699.
    """
    between("arrival_scv", arrival_scv, 0.0, 1.0)
    between("service_scv", service_scv, 0.0, 1.0)
    arrivals, arrival, service, scv, count, rho = _columns(
        arrivals_per_hour, arrival_scv, service_hours, service_scv, servers
    )
    result = np.where(rho < 1.0, 0.0, np.inf)
    exponential = mmc_wait_mean_hours(arrivals, service, count)
    regular = gimc_wait_mean_hours(arrivals, np.zeros(()), service, count)
    constant = mdc_wait_mean_hours(arrivals, service, count)
    rows = (rho < 1.0) & (exponential > 0.0)
    ca, cs = arrival[rows], scv[rows]
    # over that of M/M/c, which keeps tiny waits from overflowing; at an scv of 1 a wait of 0 has no weight
    inverse = 2.0 * (ca + cs - 1.0)
    with np.errstate(divide="ignore", over="ignore"):
        for share, column in ((1.0 - ca, regular), (1.0 - cs, constant)):
            inverse += np.where(share > 0.0, share, 0.0) * np.where(share > 0.0, exponential[rows] / column[rows], 1.0)
    both = np.where(ca + cs > 0.0, ca + cs, 0.0)
    result[rows] = exponential[rows] * both / np.where(both > 0.0, inverse, 1.0)
    return result


def _columns(
    arrivals_per_hour: ArrayLike,
    arrival_scv: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    servers: ArrayLike,
) -> tuple[FloatArray, ...]:
    """Return the checked columns, and the utilization."""
    arrivals, arrival, service, scv, count = broadcast(
        arrivals_per_hour=non_negative("arrivals_per_hour", arrivals_per_hour),
        arrival_scv=non_negative("arrival_scv", arrival_scv),
        service_hours=positive("service_hours", service_hours),
        service_scv=non_negative("service_scv", service_scv),
        servers=whole_at_least_one("servers", servers),
    )
    return arrivals, arrival, service, scv, count, np.asarray(arrivals * service / count)
