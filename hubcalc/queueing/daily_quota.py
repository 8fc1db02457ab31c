r"""A cap on the units that pass in a day: who comes after the last permit waits for midnight, first come, first served.

Before each midnight Z units wait, and N permits come. Who arrives in the part u of the day finds Z + A(u) before him
that came for the permits of this day, A(u) of them today, and waits for j midnights where they are jN or more, but
less than (j + 1)N: the wait is j - u days, or none with j = 0.

Seen otherwise, let unit n be admitted on day d_n. Then :math:`d_n = \max(day(t_n), d_{n-N} + 1)`, while in a queue with
N servers and a constant service time of one day it would start at :math:`s_n = \max(t_n, s_{n-N} + 1)`. Hence
:math:`d_n = day(s_n)` for any arrivals: with W the wait in that queue and U the part of the day that has passed at
:math:`s_n`, uniform and independent where arrivals do not know the hour, the wait for the permit is
:math:`\max(W - U, 0)`.
"""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, non_negative, positive, probability_below_one, whole_between
from hubcalc.queueing._daily_waits import MOST_PERMITS as MOST_PERMITS
from hubcalc.queueing._daily_waits import wait_moments, wait_tail
from hubcalc.units import HOURS_PER_DAY

_STEPS = 60  # of halving


def quota_wait_moments(
    wait_mean_hours: ArrayLike, wait_second_moment_hours2: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    r"""Give the first two moments of the wait for a permit from those of the wait in the queue of a day's service.

    Parameters
    ----------
    wait_mean_hours : array_like
        Mean wait in a queue with as many servers as there are permits a day, of 24 hours of constant service. [h]
    wait_second_moment_hours2 : array_like
        Mean of its square. [h2]

    Returns
    -------
    tuple of ndarray
        Mean wait for a permit [h], and mean of its square [h2]; inf where the given mean is.

    Raises
    ------
    ArgumentError
        If an argument is out of its range; an endless wait is allowed.

    Notes
    -----
    The wait W is taken as 0 or exponential with mean :math:`b = E[W^2] / (2 E[W])`. Then the wait for the permit is
    exponential too, if there is one, and with D a day its moments are

    .. math:: E = \frac{E[W^2]}{2 D} \left(1 - e^{-D/b}\right), \qquad 2 b E

    The mean is exact where no wait exceeds a day.

    Examples
    --------
    >>> mean, square = quota_wait_moments(1.0, 4.0)
    >>> round(float(mean), 6), round(float(square), 6)
    (0.083333, 0.333331)
    """
    endless = np.isposinf(np.asarray(wait_mean_hours, dtype=np.float64))
    mean, square = broadcast(
        wait_mean_hours=non_negative("wait_mean_hours", np.where(endless, 0.0, wait_mean_hours)),
        wait_second_moment_hours2=non_negative(
            "wait_second_moment_hours2", np.where(endless, 0.0, wait_second_moment_hours2)
        ),
    )
    some = mean > 0.0
    spread = np.where(some, square / np.where(some, 2.0 * mean, 1.0), 0.0)
    later = -np.expm1(-HOURS_PER_DAY / np.where(spread > 0.0, spread, 1.0))
    first = square / (2.0 * HOURS_PER_DAY) * np.where(spread > 0.0, later, 0.0)
    return np.where(endless, np.inf, first), np.where(endless, np.inf, 2.0 * spread * first)


def daily_quota_wait_mean_hours(arrivals_per_hour: ArrayLike, permits_per_day: ArrayLike) -> FloatArray:
    r"""Compute the mean wait for one of so many permits a day, for Poisson arrivals around the clock.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    permits_per_day : array_like
        Permits from each midnight on, a whole number; those not used are lost. [1/day]

    Returns
    -------
    ndarray
        Mean wait over all arrivals; inf where they are as many as the permits, or more. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    With Z the backlog before midnight, a arrivals a day of which A(u) come in its part u, and T(m) the time until the
    m-th, the mean in days is

    .. math:: E = \sum_{k \ge 1} \int_0^1 (1 - u\,[k = 1]) P(Z + A(u) \ge kN)\,du, \quad
        \int_0^1 P(A(u) \ge m)\,du = E[(1 - T(m))^+] = P(A(1) \ge m) - \frac{m}{a} P(A(1) \ge m + 1)

    Near saturation it is half a day less than the mean wait of M/D/N [1]_ with a service time of a day. The law of Z
    is that of the maximum of a random walk [2]_. Exact but for rounding: within 1e-9 of the integrated law of M/D/N.

    Examples
    --------
    Ten permits a day and nine arrivals:

    >>> round(float(daily_quota_wait_mean_hours(9 / 24, 10)), 3)
    3.55

    References
    ----------
    .. [1] G. J. Franx (2001), "A simple solution for the M/D/c waiting time distribution", Operations Research Letters
       29(5), 221-229, doi:10.1016/S0167-6377(01)00108-0.
    .. [2] F. Spitzer (1956), "A combinatorial lemma and its application to probability theory", Transactions of the
       American Mathematical Society 82(2), 323-339, doi:10.1090/S0002-9947-1956-0079851-X.
    """
    return daily_quota_wait_moments(arrivals_per_hour, permits_per_day)[0]


def daily_quota_wait_second_moment_hours2(arrivals_per_hour: ArrayLike, permits_per_day: ArrayLike) -> FloatArray:
    """Compute the second moment of the wait for one of so many permits a day, for Poisson arrivals.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    permits_per_day : array_like
        Permits from each midnight on, a whole number. [1/day]

    Returns
    -------
    ndarray
        Mean of the squared wait over all arrivals; inf where they are as many as the permits, or more. [h2]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(daily_quota_wait_second_moment_hours2(9 / 24, 10)), 2)
    82.46
    """
    return daily_quota_wait_moments(arrivals_per_hour, permits_per_day)[1]


def daily_quota_wait_moments(arrivals_per_hour: ArrayLike, permits_per_day: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Compute the first two moments of the wait for one of so many permits a day at once, for Poisson arrivals.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    permits_per_day : array_like
        Permits from each midnight on, a whole number. [1/day]

    Returns
    -------
    tuple of ndarray
        Mean wait over all arrivals [h], and mean of its square [h2]; inf where arrivals are as many as the permits.

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> mean, square = daily_quota_wait_moments(9 / 24, 10)
    >>> round(float(mean), 3), round(float(square), 2)
    (3.55, 82.46)
    """
    rate, permits = broadcast(
        arrivals_per_hour=non_negative("arrivals_per_hour", arrivals_per_hour),
        permits_per_day=whole_between("permits_per_day", permits_per_day, 1, MOST_PERMITS),
    )
    stable = rate * HOURS_PER_DAY < permits
    days, square = wait_moments(np.where(stable, rate * HOURS_PER_DAY, 0.0), permits)
    first = np.where(stable, days * HOURS_PER_DAY, np.inf)
    return first, np.where(stable, square * HOURS_PER_DAY**2, np.inf)


def daily_quota_wait_tail(arrivals_per_hour: ArrayLike, permits_per_day: ArrayLike, hours: ArrayLike) -> FloatArray:
    r"""Compute the probability that the wait for a permit exceeds a given time, for Poisson arrivals.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    permits_per_day : array_like
        Permits from each midnight on, a whole number. [1/day]
    hours : array_like
        The time to compare with. [h]

    Returns
    -------
    ndarray
        P(wait > hours); 1 where arrivals are as many as the permits, or more. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    Who arrives in the part u of the day waits longer than i + y days, y < 1, where i + 1 midnights are not enough: one
    less where u < 1 - y. With Z the backlog before midnight and A(u) the arrivals until u,

    .. math:: P(W > i + y) = \int_0^{1 - y} P(Z + A(u) \ge (i + 1) N)\,du
        + \int_{1 - y}^1 P(Z + A(u) \ge (i + 2) N)\,du

    Examples
    --------
    >>> daily_quota_wait_tail(9 / 24, 10, [0.0, 24.0]).round(4).tolist()
    [0.3003, 0.0387]
    """
    rate, permits, time = broadcast(
        arrivals_per_hour=non_negative("arrivals_per_hour", arrivals_per_hour),
        permits_per_day=whole_between("permits_per_day", permits_per_day, 1, MOST_PERMITS),
        hours=non_negative("hours", hours),
    )
    stable = rate * HOURS_PER_DAY < permits
    calm = np.where(stable, rate, 0.0)
    return np.where(stable, wait_tail(calm * HOURS_PER_DAY, permits, time / HOURS_PER_DAY), 1.0)


def daily_quota_wait_quantile_hours(
    arrivals_per_hour: ArrayLike, permits_per_day: ArrayLike, probability: ArrayLike
) -> FloatArray:
    """Compute a quantile of the wait for a permit, over all arrivals, which are Poisson.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    permits_per_day : array_like
        Permits from each midnight on, a whole number. [1/day]
    probability : array_like
        Share of arrivals that wait no longer, from 0 to below 1. [1]

    Returns
    -------
    ndarray
        Quantile, 0 where as many find a permit at once; inf where arrivals are as many as the permits, or more. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> daily_quota_wait_quantile_hours(9 / 24, 10, [0.5, 0.9]).round(2).tolist()
    [0.0, 13.0]
    """
    rate, permits, share = broadcast(
        arrivals_per_hour=positive("arrivals_per_hour", arrivals_per_hour),
        permits_per_day=whole_between("permits_per_day", permits_per_day, 1, MOST_PERMITS),
        probability=probability_below_one("probability", probability),
    )
    stable = rate * HOURS_PER_DAY < permits
    calm, over = np.where(stable, rate, 0.0), 1.0 - share
    low, high = np.zeros_like(calm), np.full_like(calm, HOURS_PER_DAY)
    while np.any(beyond := daily_quota_wait_tail(calm, permits, high) > over):
        low, high = np.where(beyond, high, low), np.where(beyond, 2.0 * high, high)
    for _ in range(_STEPS):
        middle = (low + high) / 2.0
        above = daily_quota_wait_tail(calm, permits, middle) > over
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    waits = daily_quota_wait_tail(calm, permits, 0.0) > over
    return np.where(stable, np.where(waits, high, 0.0), np.inf)
