"""PH/PH/c from two moments a side: the exact wait for the laws of `fit_two_moments`, in columns.

Columns are solved together where they have the same number of servers and of phases.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import (
    FloatArray,
    between,
    broadcast,
    non_negative,
    positive,
    probability_below_one,
    whole_at_least_one,
)
from hubcalc.queueing.ph_ph_c import PhaseTypeQueue, solve_ph_ph_c
from hubcalc.queueing.phase_type_fits import LEAST_SCV, MOST_PHASES, MOST_SCV, fit_two_moments, two_moment_phases

_MORE_THAN_PHASES = 2 * MOST_PHASES
Answer = Callable[[PhaseTypeQueue, FloatArray], FloatArray]


def _answers(
    arrivals_per_hour: ArrayLike,
    arrival_scv: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    servers: ArrayLike,
    extra: FloatArray,
    answer: Answer,
) -> FloatArray:
    """Solve the columns group by group; 0 where nothing arrives."""
    arrivals, arrival, service, scv, count, extra = (
        np.asarray(column)
        for column in broadcast(
            arrivals_per_hour=non_negative("arrivals_per_hour", arrivals_per_hour),
            arrival_scv=between("arrival_scv", arrival_scv, LEAST_SCV, MOST_SCV),
            service_hours=positive("service_hours", service_hours),
            service_scv=between("service_scv", service_scv, LEAST_SCV, MOST_SCV),
            servers=whole_at_least_one("servers", servers),
            extra=extra,
        )
    )
    result = np.zeros(arrivals.shape)
    some = np.flatnonzero(arrivals > 0.0)
    if some.size == 0:
        return result
    rate, interval_scv, hours, duration_scv, channels, more = (
        column.ravel()[some] for column in (arrivals, arrival, service, scv, count, extra)
    )
    phases = two_moment_phases(interval_scv) * _MORE_THAN_PHASES + two_moment_phases(duration_scv)
    kinds, kind_of = np.unique(channels * _MORE_THAN_PHASES**2 + phases, return_inverse=True)
    for kind, code in enumerate(kinds):
        rows, c = np.flatnonzero(kind_of == kind), code // _MORE_THAN_PHASES**2
        interval = fit_two_moments(1.0 / rate[rows], interval_scv[rows])
        duration = fit_two_moments(hours[rows], duration_scv[rows])
        result.ravel()[some[rows]] = answer(solve_ph_ph_c(interval, duration, int(c)), more[rows])
    return result


def phphc_wait_mean_hours(
    arrivals_per_hour: ArrayLike,
    arrival_scv: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    servers: ArrayLike,
) -> FloatArray:
    """Compute the mean wait in queue of PH/PH/c with laws fitted to two moments.

    The laws are those of `fit_two_moments`: Erlang where 1 / scv is whole, hyperexponential with balanced means above
    1. What can be solved, `phase_states` says from the `two_moment_phases` of both sides.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Arrival rate. [1/h]
    arrival_scv : array_like
        Squared coefficient of variation of the interval between arrivals, from 0.01. [1]
    service_hours : array_like
        Mean service time. [h]
    service_scv : array_like
        Squared coefficient of variation of the service time, from 0.01. [1]
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
        If a queue has more states than `MOST_STATES`.

    Examples
    --------
    E2/E2/4 at utilization 0.9 and 0.5:

    >>> phphc_wait_mean_hours([3.6, 2.0], 0.5, 1.0, 0.5, 4).round(4).tolist()
    [0.934, 0.0257]
    """
    return _answers(
        arrivals_per_hour,
        arrival_scv,
        service_hours,
        service_scv,
        servers,
        np.zeros(()),
        lambda queue, _: queue.wait_mean_hours,
    )


def phphc_wait_probability(
    arrivals_per_hour: ArrayLike,
    arrival_scv: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    servers: ArrayLike,
) -> FloatArray:
    """Compute the probability that an arrival at PH/PH/c with laws fitted to two moments has to wait.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Arrival rate. [1/h]
    arrival_scv : array_like
        Squared coefficient of variation of the interval between arrivals, from 0.01. [1]
    service_hours : array_like
        Mean service time. [h]
    service_scv : array_like
        Squared coefficient of variation of the service time, from 0.01. [1]
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
        If a queue has more states than `MOST_STATES`.

    Examples
    --------
    >>> round(float(phphc_wait_probability(2.0, 0.5, 1.0, 0.5, 4)), 6)
    0.087449
    """
    return _answers(
        arrivals_per_hour,
        arrival_scv,
        service_hours,
        service_scv,
        servers,
        np.zeros(()),
        lambda queue, _: queue.wait_probability,
    )


def phphc_wait_tail(
    arrivals_per_hour: ArrayLike,
    arrival_scv: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    servers: ArrayLike,
    hours: ArrayLike,
) -> FloatArray:
    """Compute the probability that the wait at PH/PH/c with laws fitted to two moments exceeds a given time.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Arrival rate. [1/h]
    arrival_scv : array_like
        Squared coefficient of variation of the interval between arrivals, from 0.01. [1]
    service_hours : array_like
        Mean service time. [h]
    service_scv : array_like
        Squared coefficient of variation of the service time, from 0.01. [1]
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
        If a queue has more states than `MOST_STATES`.

    Examples
    --------
    >>> phphc_wait_tail(3.6, 0.5, 1.0, 0.5, 4, [0.0, 2.52]).round(4).tolist()
    [0.7267, 0.1]
    """
    return _answers(
        arrivals_per_hour,
        arrival_scv,
        service_hours,
        service_scv,
        servers,
        non_negative("hours", hours),
        lambda queue, times: queue.wait_tail(times),
    )


def phphc_wait_quantile_hours(
    arrivals_per_hour: ArrayLike,
    arrival_scv: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    servers: ArrayLike,
    probability: ArrayLike,
) -> FloatArray:
    """Compute the wait that a share of the arrivals at PH/PH/c with laws fitted to two moments does not exceed.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Arrival rate. [1/h]
    arrival_scv : array_like
        Squared coefficient of variation of the interval between arrivals, from 0.01. [1]
    service_hours : array_like
        Mean service time. [h]
    service_scv : array_like
        Squared coefficient of variation of the service time, from 0.01. [1]
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
        If a queue has more states than `MOST_STATES`.

    Examples
    --------
    >>> phphc_wait_quantile_hours(3.6, 0.5, 1.0, 0.5, 4, [0.5, 0.9, 0.95, 0.99]).round(4).tolist()
    [0.5043, 2.52, 3.3864, 5.3982]
    """
    share = probability_below_one("probability", probability)
    return _answers(
        arrivals_per_hour,
        arrival_scv,
        service_hours,
        service_scv,
        servers,
        share,
        lambda queue, shares: queue.wait_quantile_hours(shares),
    )
