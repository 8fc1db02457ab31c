"""GI/D/c from two moments of the interval: constant service, parallel servers, first come first served, in columns.

The intervals have the laws of `fit_two_moments`: Erlang where 1 / scv is whole, a mixture of two Erlang laws between,
exponential at 1, hyperexponential with balanced means above. Exact for these. At an scv of 0 nobody waits.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, non_negative, positive, probability_below_one, whole_at_least_one
from hubcalc.errors import ArgumentError, Problem
from hubcalc.queueing.constant_service_queues import ConstantServiceQueue, solve_ph_d_c
from hubcalc.queueing.phase_type_fits import LEAST_SCV, MOST_SCV, fit_two_moments, two_moment_phases

Answer = Callable[[ConstantServiceQueue, FloatArray], FloatArray]


def gidc_wait_mean_hours(
    arrivals_per_hour: ArrayLike, arrival_scv: ArrayLike, service_hours: ArrayLike, servers: ArrayLike
) -> FloatArray:
    """Compute the mean wait in queue of GI/D/c.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Arrival rate. [1/h]
    arrival_scv : array_like
        Squared coefficient of variation of the interval between arrivals: 0, or from 0.01 to 1e6. [1]
    service_hours : array_like
        Constant service time. [h]
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
    RefusedError
        If phases of the interval times servers are more than `MOST_CONSTANT_SERVICE_PHASES`.

    Examples
    --------
    >>> gidc_wait_mean_hours(6.4, [0.0, 0.5, 1.0, 4.0], 1.0, 8).round(6).tolist()
    [0.0, 0.052548, 0.151954, 0.779433]

    References
    ----------
    .. [1] V. B. Iversen (1983), "Decomposition of an M/D/rk queue with FIFO into k E_k/D/r queues with FIFO",
       Operations Research Letters 2(1), 20-21, doi:10.1016/0167-6377(83)90057-5.
    """
    return _answers(
        arrivals_per_hour, arrival_scv, service_hours, servers, np.zeros(()), lambda queue, _: queue.wait_mean_hours
    )


def gidc_wait_probability(
    arrivals_per_hour: ArrayLike, arrival_scv: ArrayLike, service_hours: ArrayLike, servers: ArrayLike
) -> FloatArray:
    """Compute the probability that an arrival at GI/D/c has to wait.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Arrival rate. [1/h]
    arrival_scv : array_like
        Squared coefficient of variation of the interval between arrivals: 0, or from 0.01 to 1e6. [1]
    service_hours : array_like
        Constant service time. [h]
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
    RefusedError
        If phases of the interval times servers are more than `MOST_CONSTANT_SERVICE_PHASES`.

    Examples
    --------
    >>> round(float(gidc_wait_probability(6.4, 0.5, 1.0, 8)), 6)
    0.281604

    References
    ----------
    .. [1] V. B. Iversen (1983), "Decomposition of an M/D/rk queue with FIFO into k E_k/D/r queues with FIFO",
       Operations Research Letters 2(1), 20-21, doi:10.1016/0167-6377(83)90057-5.
    """
    return _answers(
        arrivals_per_hour, arrival_scv, service_hours, servers, np.zeros(()), lambda queue, _: queue.wait_probability
    )


def gidc_wait_tail(
    arrivals_per_hour: ArrayLike, arrival_scv: ArrayLike, service_hours: ArrayLike, servers: ArrayLike, hours: ArrayLike
) -> FloatArray:
    """Compute the probability that the wait in queue of GI/D/c exceeds a given time.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Arrival rate. [1/h]
    arrival_scv : array_like
        Squared coefficient of variation of the interval between arrivals: 0, or from 0.01 to 1e6. [1]
    service_hours : array_like
        Constant service time. [h]
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
    RefusedError
        If phases of the interval times servers are more than `MOST_CONSTANT_SERVICE_PHASES`.

    Examples
    --------
    11 % wait more than two service times in M/D/1 at utilization 0.6:

    >>> round(float(gidc_wait_tail(0.6, 1.0, 1.0, 1, 2.0)), 6)
    0.109262

    References
    ----------
    .. [1] V. B. Iversen (1983), "Decomposition of an M/D/rk queue with FIFO into k E_k/D/r queues with FIFO",
       Operations Research Letters 2(1), 20-21, doi:10.1016/0167-6377(83)90057-5.
    """
    time = non_negative("hours", hours)
    return _answers(
        arrivals_per_hour, arrival_scv, service_hours, servers, time, lambda queue, given: queue.wait_tail(given)
    )


def gidc_wait_quantile_hours(
    arrivals_per_hour: ArrayLike,
    arrival_scv: ArrayLike,
    service_hours: ArrayLike,
    servers: ArrayLike,
    probability: ArrayLike,
) -> FloatArray:
    """Compute a quantile of the wait in queue of GI/D/c, over all arrivals.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Arrival rate. [1/h]
    arrival_scv : array_like
        Squared coefficient of variation of the interval between arrivals: 0, or from 0.01 to 1e6. [1]
    service_hours : array_like
        Constant service time. [h]
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
    RefusedError
        If phases of the interval times servers are more than `MOST_CONSTANT_SERVICE_PHASES`.

    Examples
    --------
    >>> gidc_wait_quantile_hours(6.4, 0.5, 1.0, 8, [0.5, 0.9, 0.99]).round(6).tolist()
    [0.0, 0.206911, 0.543467]

    References
    ----------
    .. [1] V. B. Iversen (1983), "Decomposition of an M/D/rk queue with FIFO into k E_k/D/r queues with FIFO",
       Operations Research Letters 2(1), 20-21, doi:10.1016/0167-6377(83)90057-5.
    """
    share = probability_below_one("probability", probability)
    return _answers(
        arrivals_per_hour,
        arrival_scv,
        service_hours,
        servers,
        share,
        lambda queue, given: queue.wait_quantile_hours(given),
    )


def _answers(
    arrivals_per_hour: ArrayLike,
    arrival_scv: ArrayLike,
    service_hours: ArrayLike,
    servers: ArrayLike,
    extra: FloatArray,
    answer: Answer,
) -> FloatArray:
    """Solve the columns group by group; 0 where nothing arrives or all is constant."""
    scv = non_negative("arrival_scv", arrival_scv)
    if np.any((scv > 0.0) & (scv < LEAST_SCV) | (scv > MOST_SCV)):
        given = float(scv[(scv > 0.0) & (scv < LEAST_SCV) | (scv > MOST_SCV)].flat[0])
        allowed = f"0, or from {LEAST_SCV:g} to {MOST_SCV:g}"
        problem = Problem(f"{given:g} is out of range", parameter="arrival_scv", given=given, allowed=allowed)
        raise ArgumentError.of(problem)
    arrivals, scv, service, count, extra = broadcast(
        arrivals_per_hour=non_negative("arrivals_per_hour", arrivals_per_hour),
        arrival_scv=scv,
        service_hours=positive("service_hours", service_hours),
        servers=whole_at_least_one("servers", servers),
        extra=extra,
    )
    # an scv of 0 stands for any other where there is no steady state
    needed = (arrivals > 0.0) & ((scv > 0.0) | (arrivals * service >= count))
    result = np.zeros(arrivals.shape)
    if not needed.any():
        return result
    phases = np.where(scv[needed] > 0.0, two_moment_phases(np.where(scv[needed] > 0.0, scv[needed], 1.0)), 1)
    kinds, kind_of = np.unique(np.stack([phases, count[needed].astype(np.int64)]), axis=1, return_inverse=True)
    values = np.zeros(kind_of.shape)
    for kind, c in enumerate(kinds[1]):
        rows = kind_of == kind
        some = scv[needed][rows]
        interval = fit_two_moments(1.0 / arrivals[needed][rows], np.where(some > 0.0, some, 1.0))
        values[rows] = answer(solve_ph_d_c(interval, service[needed][rows], int(c)), extra[needed][rows])
    result[needed] = values
    return result
