"""M/G/1: Poisson arrivals, any service time, one server, first come first served. All exact."""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, non_negative, positive, probability_below_one
from hubcalc.errors import ArgumentError, Problem
from hubcalc.queueing.priority_waits import mg1_priority_wait_quantile_hours, mg1_priority_wait_tail


def _checked(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, service_scv: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    arrivals, service, scv = broadcast(
        arrivals_per_hour=non_negative("arrivals_per_hour", arrivals_per_hour),
        service_hours=positive("service_hours", service_hours),
        service_scv=non_negative("service_scv", service_scv),
    )
    return arrivals, service, scv


def mg1_wait_mean_hours(arrivals_per_hour: ArrayLike, service_hours: ArrayLike, service_scv: ArrayLike) -> FloatArray:
    r"""Compute the mean wait in queue of M/G/1 (Pollaczek-Khinchine).

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
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
    .. math:: E[W] = \frac{\lambda E[S^2]}{2 (1 - \rho)}

    Examples
    --------
    >>> round(float(mg1_wait_mean_hours(0.8, 1.0, 0.5)), 12)
    3.0

    References
    ----------
    .. [1] L. Kleinrock (1975), Queueing Systems, volume 1, Wiley, section 5.6.
    """
    arrivals, service, scv = _checked(arrivals_per_hour, service_hours, service_scv)
    load = arrivals * service
    spare = np.where(load < 1.0, 1.0 - load, 1.0)
    return np.where(load < 1.0, load * service * (1.0 + scv) / (2.0 * spare), np.inf)


def mg1_wait_second_moment_hours2(
    arrivals_per_hour: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    service_third_moment_hours3: ArrayLike,
) -> FloatArray:
    r"""Compute the second moment of the wait in queue of M/G/1 (Takács).

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean service time. [h]
    service_scv : array_like
        Squared coefficient of variation of the service time. [1]
    service_third_moment_hours3 : array_like
        Third moment of the service time, at least :math:`E[S^2]^2 / E[S]`. [h3]

    Returns
    -------
    ndarray
        Mean of the squared wait; inf where utilization is 1 or more. [h2]

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or no service time has these three moments.

    Notes
    -----
    .. math:: E[W^2] = 2 E[W]^2 + \frac{\lambda E[S^3]}{3 (1 - \rho)}

    Examples
    --------
    The M/M/1 queue, whose third moment is 6 s³:

    >>> round(float(mg1_wait_second_moment_hours2(0.5, 1.0, 1.0, 6.0)), 12)
    4.0

    References
    ----------
    .. [1] L. Takács (1962), "A single-server queue with Poisson input", Operations Research 10(3), 388-394,
       doi:10.1287/opre.10.3.388.
    """
    mean = mg1_wait_mean_hours(arrivals_per_hour, service_hours, service_scv)
    third = positive("service_third_moment_hours3", service_third_moment_hours3)
    arrivals, service, scv = _checked(arrivals_per_hour, service_hours, service_scv)
    mean, third, arrivals, service, scv = broadcast(
        mean=mean, service_third_moment_hours3=third, arrivals=arrivals, service=service, scv=scv
    )
    # Cauchy-Schwarz: E[S^2]^2 <= E[S] E[S^3]
    least = service**3 * (1.0 + scv) ** 2
    if np.any(third < least * (1.0 - 1e-9)):
        given = float(third[third < least * (1.0 - 1e-9)].flat[0])
        allowed = "at least service_hours^3 (1 + service_scv)^2"
        raise ArgumentError.of(
            Problem("is too small", parameter="service_third_moment_hours3", given=given, allowed=allowed)
        )
    stable = np.isfinite(mean)
    spare = np.where(stable, 1.0 - arrivals * service, 1.0)
    return np.where(stable, 2.0 * mean**2 + arrivals * third / (3.0 * spare), np.inf)


def mg1_wait_tail(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, service_scv: ArrayLike, hours: ArrayLike
) -> FloatArray:
    r"""Compute the probability that the wait in queue of M/G/1 exceeds a given time.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean service time. [h]
    service_scv : array_like
        Squared coefficient of variation of the service time: constant at 0, Erlang at 1/k, exponential at 1 and
        otherwise gamma. [1]
    hours : array_like
        The time to compare with. [h]

    Returns
    -------
    ndarray
        P(wait > hours), within 1e-8, and within 1e-6 near the whole multiples of a constant service time; 1 where
        utilization is 1 or more. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    By inversion of

    .. math:: E[e^{-s W}] = \frac{(1 - \rho) s}{s - \lambda (1 - B(s))}

    Of M/M/1, whose tail is known, within 3e-10, and within 3e-9 of itself down to tails of 1e-9, up to utilization
    1 - 1e-15. Near 1 the utilization, as it is rounded, counts: it moves the tail by up to 1e-16 / (1 - utilization).

    Examples
    --------
    >>> mg1_wait_tail(0.8, 1.0, [0.0, 1.0], 3.0).round(6).tolist()
    [0.2379, 0.439049]

    References
    ----------
    .. [1] L. Kleinrock (1975), Queueing Systems, volume 1, Wiley, section 5.7.
    .. [2] J. Abate, W. Whitt (1995), "Numerical inversion of Laplace transforms of probability distributions", ORSA
       Journal on Computing 7(1), 36-43, doi:10.1287/ijoc.7.1.36.
    """
    arrivals, service, scv = _checked(arrivals_per_hour, service_hours, service_scv)
    time = non_negative("hours", hours)
    arrivals, service, scv, time = broadcast(arrivals=arrivals, service=service, scv=scv, hours=time)
    return mg1_priority_wait_tail(*(column[..., None] for column in (arrivals, service, scv, time)))[..., 0]


def mg1_wait_quantile_hours(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, service_scv: ArrayLike, probability: ArrayLike
) -> FloatArray:
    """Compute a quantile of the wait in queue of M/G/1, over all arrivals.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean service time. [h]
    service_scv : array_like
        Squared coefficient of variation of the service time: constant at 0, Erlang at 1/k, exponential at 1 and
        otherwise gamma. [1]
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
        If an argument is out of its range, or a probability so close to 1 that the quantile cannot be told.

    Notes
    -----
    The inverse of :func:`mg1_wait_tail`. Of M/M/1 within 2e-10 of itself, and of M/D/1 within 2e-9, for probabilities
    up to 1 - 1e-15 and, of M/M/1, utilizations up to 1 - 1e-15.

    Examples
    --------
    >>> mg1_wait_quantile_hours(0.8, 1.0, [0.0, 1.0], 0.95).round(6).tolist()
    [6.620325, 13.862944]

    References
    ----------
    .. [1] L. Kleinrock (1975), Queueing Systems, volume 1, Wiley, section 5.7.
    .. [2] J. Abate, W. Whitt (1995), "Numerical inversion of Laplace transforms of probability distributions", ORSA
       Journal on Computing 7(1), 36-43, doi:10.1287/ijoc.7.1.36.
    """
    arrivals, service, scv = _checked(arrivals_per_hour, service_hours, service_scv)
    share = probability_below_one("probability", probability)
    arrivals, service, scv, share = broadcast(arrivals=arrivals, service=service, scv=scv, probability=share)
    return mg1_priority_wait_quantile_hours(*(column[..., None] for column in (arrivals, service, scv, share)))[..., 0]
