"""PH/D/c: phase-type intervals, constant service time, parallel servers, first come first served. All exact."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln, xlogy

from hubcalc.arguments import (
    FloatArray,
    broadcast,
    non_negative,
    positive,
    probability_below_one,
    whole_at_least_one,
)
from hubcalc.errors import Problem, RefusedError
from hubcalc.queueing._inverse import time_where_tail_meets
from hubcalc.queueing._ladder_kernel import ladders
from hubcalc.queueing._ladder_tail import LadderTail
from hubcalc.queueing.deterministic import mdc_wait_mean_hours
from hubcalc.queueing.phase_type import PhaseType

MOST_CONSTANT_SERVICE_PHASES = 5000
"""Most phases of the interval times servers for which PH/D/c is solved: at that size, a second a queue."""


@dataclass(frozen=True, slots=True, eq=False)
class ConstantServiceQueue:
    """Columns of solved PH/D/c queues: means, and the law of the wait.

    Attributes
    ----------
    servers : int
        Number of parallel servers. [1]
    service_hours : ndarray
        Constant service time. [h]
    utilization : ndarray
        Offered load per server. [1]
    wait_probability : ndarray
        Probability that an arrival waits; 1 where utilization is 1 or more. [1]
    wait_mean_hours : ndarray
        Mean wait before service; inf where utilization is 1 or more. [h]
    wait_second_moment_hours2 : ndarray
        Mean of the squared wait; inf where utilization is 1 or more. [h2]
    """

    servers: int
    service_hours: FloatArray
    utilization: FloatArray
    wait_probability: FloatArray
    wait_mean_hours: FloatArray
    wait_second_moment_hours2: FloatArray
    _exits: FloatArray = field(repr=False)
    _rates: FloatArray = field(repr=False)

    @property
    def is_stable(self) -> NDArray[np.bool_]:
        """Whether there is a steady state."""
        return self.utilization < 1.0

    def wait_tail(self, hours: ArrayLike) -> FloatArray:
        """Return the probability of a wait of more than `hours`, which broadcast with the columns; 1 where unstable.

        Precise to about 1e-12 times the probability of a wait.
        """
        row, rho, service, time = broadcast(
            row=self._rows, rho=self.utilization, service=self.service_hours, hours=non_negative("hours", hours)
        )
        if row.size == 0:
            return np.zeros(row.shape)
        with np.errstate(over="ignore"):
            places = np.minimum(time / service, 1e15)
        return np.where(rho < 1.0, LadderTail.of(self._exits, self._rates).at(places, row), 1.0)

    def wait_quantile_hours(self, probability: ArrayLike) -> FloatArray:
        """Return the least hours that a wait does not exceed with a probability, which broadcasts with the columns.

        0 where enough arrivals do not wait at all; inf where unstable and `probability` > 0.
        """
        row, rho, service, waits, share = broadcast(
            row=self._rows,
            rho=self.utilization,
            service=self.service_hours,
            waits=self.wait_probability,
            share=probability_below_one("probability", probability),
        )
        result = np.where((rho < 1.0) | (share == 0.0), 0.0, np.inf)
        longer = (rho < 1.0) & (waits > 1.0 - share)
        if longer.any():
            tail = LadderTail.of(self._exits, self._rates).at
            level, which = (1.0 - share)[longer], row[longer]
            result[longer] = service[longer] * time_where_tail_meets(tail, level, np.ones_like(level), (which,))
        return result

    @property
    def _rows(self) -> FloatArray:
        """Numbers of the columns, as they are stacked."""
        return np.arange(self._rates.size, dtype=np.float64).reshape(self.utilization.shape)


def solve_ph_d_c(arrival: PhaseType, service_hours: ArrayLike, servers: int) -> ConstantServiceQueue:
    r"""Solve PH/D/c queues exactly, one for each column.

    With a constant service time the servers take turns, so that each sees every c-th arrival: the wait is that of one
    server with intervals of c parts ([1]_). It is a geometric sum of ladder heights, whose density a fixed point for
    the phases at an idle server gives, by sums of positive terms.

    Parameters
    ----------
    arrival : PhaseType
        Laws of the interval between arrivals.
    service_hours : array_like
        Constant service times, in columns that broadcast with those of `arrival`. [h]
    servers : int
        Number of parallel servers. [1]

    Returns
    -------
    ConstantServiceQueue
        Columns of the broadcast shape.

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or the columns do not broadcast.
    RefusedError
        If phases times servers are more than `MOST_CONSTANT_SERVICE_PHASES`.

    Notes
    -----
    With :math:`a, T` the law of the sum of c intervals, :math:`t = -T 1` and s the service time,

    .. math:: b = a e^{M s}, \quad M = T + t b, \quad g(y) = a e^{M (s - y)} t, \quad P(W > 0) = \int_0^s g(y) dy, \quad
              E[W] = \frac{\int_0^s y\, g(y) dy}{P(W = 0)}

    The relative error is about 1e-13, also of a small probability of a wait, and grows to 1e-15 / (1 - utilization)
    towards saturation.

    Examples
    --------
    Trains at Erlang intervals (scv 1/2), 8 tracks at utilization 0.8:

    >>> queue = solve_ph_d_c(PhaseType.erlang(2, 1 / 6.4), 1.0, 8)
    >>> round(float(queue.wait_mean_hours), 6), round(float(queue.wait_probability), 6)
    (0.052548, 0.281604)

    References
    ----------
    .. [1] V. B. Iversen (1983), "Decomposition of an M/D/rk queue with FIFO into k E_k/D/r queues with FIFO",
       Operations Research Letters 2(1), 20-21, doi:10.1016/0167-6377(83)90057-5.
    .. [2] S. Asmussen (2003), Applied Probability and Queues, 2nd edition, Springer, chapters VIII and IX,
       doi:10.1007/b97236.
    """
    count = int(whole_at_least_one("servers", servers))
    _refuse_many_phases(arrival.phases, count)
    mean, service = broadcast(arrival=arrival.mean_hours, service_hours=positive("service_hours", service_hours))
    utilization = np.asarray(service / mean / count)
    stable = utilization < 1.0
    # a stable stand-in where there is no steady state
    hours = np.where(stable, service, 0.5 * count * mean).ravel()
    size = arrival.phases
    initial = np.broadcast_to(arrival.initial, (*mean.shape, size)).reshape(-1, size).copy()
    within = np.broadcast_to(arrival.subgenerator, (*mean.shape, size, size)).reshape(-1, size, size)
    within = within * hours[:, None, None]
    rates = np.max(-np.diagonal(within, axis1=1, axis2=2), axis=1)
    moves = np.ascontiguousarray(within / rates[:, None, None] + np.eye(size))
    lives = np.linalg.solve(-within, np.ones((len(within), size, 1)))[..., 0]
    exits, idle = np.zeros((rates.size, _steps(rates, size * count))), np.zeros(rates.size)
    ladders(initial, moves, np.ascontiguousarray(lives), rates, count, exits, idle)
    free = (count * (initial * lives).sum(axis=1) - 1.0) / idle  # P(W = 0) = (E[U] - s) / E[I]
    waits, first, second = _ladder_moments(exits, rates)
    columns = (waits, first / free, second / free + 2.0 * (first / free) ** 2)
    probability, wait, square = (column.reshape(mean.shape) for column in columns)
    with np.errstate(under="ignore"):
        return ConstantServiceQueue(
            servers=count,
            service_hours=service,
            utilization=utilization,
            wait_probability=np.where(stable, np.minimum(probability, 1.0), 1.0),
            wait_mean_hours=np.where(stable, wait * service, np.inf),
            wait_second_moment_hours2=np.where(stable, square * service**2, np.inf),
            _exits=exits,
            _rates=rates,
        )


def ekdc_wait_mean_hours(
    arrivals_per_hour: ArrayLike, phases: ArrayLike, service_hours: ArrayLike, servers: ArrayLike
) -> FloatArray:
    """Compute the mean wait in queue of E_k/D/c: that of M/D/kc, of which each k-th customer is one of E_k/D/c.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Arrival rate. [1/h]
    phases : array_like
        Phases k of the Erlang interval between arrivals, a whole number: its scv is 1/k. [phases]
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

    Examples
    --------
    >>> round(float(ekdc_wait_mean_hours(6.4, 2, 1.0, 8)), 6)
    0.052548

    References
    ----------
    .. [1] V. B. Iversen (1983), "Decomposition of an M/D/rk queue with FIFO into k E_k/D/r queues with FIFO",
       Operations Research Letters 2(1), 20-21, doi:10.1016/0167-6377(83)90057-5.
    """
    arrivals, k, service, count = broadcast(
        arrivals_per_hour=non_negative("arrivals_per_hour", arrivals_per_hour),
        phases=whole_at_least_one("phases", phases),
        service_hours=positive("service_hours", service_hours),
        servers=whole_at_least_one("servers", servers),
    )
    return mdc_wait_mean_hours(k * arrivals, service, k * count)


def _refuse_many_phases(phases: int, servers: int) -> None:
    """Raise a RefusedError where the sum of the intervals of a turn has too many phases."""
    if phases * servers > MOST_CONSTANT_SERVICE_PHASES:
        allowed = f"phases * servers <= {MOST_CONSTANT_SERVICE_PHASES}"
        message = f"{phases} phases of the interval at {servers} servers are too many"
        raise RefusedError.of(Problem(message, parameter="servers", given=servers, allowed=allowed))


def _steps(rates: FloatArray, phases: int) -> int:
    """Return how many steps hold all but 1e-17 of the exits, which begin after as many steps as there are phases."""
    most = max(float(rates.max(initial=1.0)), float(phases))
    return int(most + 12.0 * most**0.5 + 40.0)


def _ladder_moments(exits: FloatArray, rates: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the integrals of g, y g and y^2 g: at step n, of P(N > n) and of its repeated sums, N Poisson."""
    steps = np.arange(exits.shape[1] + 1.0)
    with np.errstate(under="ignore"):
        poisson = np.exp(xlogy(steps, rates[:, None]) - rates[:, None] - gammaln(steps + 1.0))
        sums = []
        for _ in range(3):
            poisson = np.flip(np.cumsum(np.flip(poisson[:, 1:], axis=1), axis=1), axis=1)
            poisson = np.concatenate([poisson, np.zeros((rates.size, 1))], axis=1)
            sums.append((exits * poisson[:, : exits.shape[1]]).sum(axis=1))
        return sums[0], sums[1] / rates, 2.0 * sums[2] / rates**2
