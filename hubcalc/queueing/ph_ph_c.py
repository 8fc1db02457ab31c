"""PH/PH/c: phase-type intervals and service, parallel servers, first come first served. All exact.

References
----------
.. [1] S. Asmussen, J. R. Møller (2001), "Calculation of the steady state waiting time distribution in GI/PH/c and
   MAP/PH/c queues", Queueing Systems 37, 9-29, doi:10.1023/A:1011083915877.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hubcalc.arguments import FloatArray, non_negative, probability_below_one, whole_at_least_one
from hubcalc.cached import cached
from hubcalc.queueing._matrix_tail import matrix_quantile, matrix_tail
from hubcalc.queueing._phase_columns import Stack, common_shape, flat, stacks
from hubcalc.queueing._phase_departures import departure_moments, restless_departure_moments
from hubcalc.queueing._phase_queue import PhaseQueueState, row_solve, solve
from hubcalc.queueing._phase_stack import solve_stack
from hubcalc.queueing.phase_states import MOST_STATES, phase_states, refuse_large_blocks
from hubcalc.queueing.phase_type import PhaseType

SATURATED = 1.0 - 1e-11
"""Utilization from which on there is no steady state: nearer to 1, rounding alone decides."""


@dataclass(frozen=True, eq=False)
class PhaseTypeQueue:
    """Columns of solved PH/PH/c queues: means at once; the law of the wait, levels and departures when asked for.

    Attributes
    ----------
    servers : int
        Number of parallel servers. [1]
    arrivals_per_hour : ndarray
        Arrival rate. [1/h]
    utilization : ndarray
        Offered load per server. [1]
    wait_probability : ndarray
        Probability that an arrival waits; 1 where utilization is 1 or more. [1]
    wait_mean_hours : ndarray
        Mean wait before service; inf where utilization is 1 or more. [h]
    wait_second_moment_hours2 : ndarray
        Mean of the squared wait; inf where utilization is 1 or more. [h2]
    waiting_mean : ndarray
        Mean number waiting, found apart from the mean wait: Little's law is a check of both. [1]
    """

    servers: int
    arrivals_per_hour: FloatArray
    utilization: FloatArray
    wait_probability: FloatArray
    wait_mean_hours: FloatArray
    wait_second_moment_hours2: FloatArray
    waiting_mean: FloatArray
    _arrival: PhaseType = field(repr=False)
    _service: PhaseType = field(repr=False)

    @property
    def is_stable(self) -> NDArray[np.bool_]:
        """Whether there is a steady state."""
        return self.utilization < SATURATED

    @property
    def number_mean(self) -> FloatArray:
        """Mean number waiting and in service; inf where utilization is 1 or more. [1]."""
        return np.asarray(self.waiting_mean + self.utilization * self.servers)

    @cached
    def level_probabilities(self) -> FloatArray:
        """Probabilities of 0, 1, ..., c in the system, and of more, along a last axis. [1]."""
        levels = np.concatenate([state.times for _, state in self._solved])
        levels = levels.reshape((*self.utilization.shape, self.servers + 2))
        everyone = np.arange(self.servers + 2) == self.servers + 1  # where unstable, more than c are in the system
        return np.where(self.is_stable[..., None], levels, everyone)

    def wait_tail(self, hours: ArrayLike) -> FloatArray:
        """Return the probability of a wait of more than `hours`, which broadcast with the columns; 1 where unstable."""
        tail = matrix_tail(*self._law_of_wait, non_negative("hours", hours))
        return np.where(self.is_stable, tail, 1.0)

    def wait_quantile_hours(self, probability: ArrayLike) -> FloatArray:
        """Return the least hours that a wait does not exceed with a probability, which broadcasts with the columns.

        0 where enough arrivals do not wait at all; inf where unstable and `probability` > 0.
        """
        share = probability_below_one("probability", probability)
        hours = matrix_quantile(*self._law_of_wait, 1.0 - share)
        return np.where(self.is_stable | (share == 0.0), hours, np.inf)

    def departure_scv(self) -> FloatArray:
        """Return the squared coefficient of variation of the interval between departures, exact. [1].

        Successive departures are not independent. Where unstable it is that of servers that never rest.
        """
        rests = [departure_moments(*stack, state) for stack, state in self._solved]
        first, second = (np.concatenate(moments) for moments in zip(*rests, strict=True))
        if not self.is_stable.all():
            never = [restless_departure_moments(state) for _, state in self._solved]
            columns = (np.concatenate(moments) for moments in zip(*never, strict=True))
            stable = self.is_stable.ravel()
            first, second = (np.where(stable, *pair) for pair in zip((first, second), columns, strict=True))
        return np.asarray(second / first**2 - 1.0).reshape(self.utilization.shape)

    @cached
    def _law_of_wait(self) -> tuple[FloatArray, FloatArray]:
        """Row and generator of the tail of the wait."""
        _, row, generator = _solve(self._arrival, self._service, self.servers, self.is_stable, with_law=True)
        shape = self.utilization.shape
        return row.reshape((*shape, *row.shape[1:])), generator.reshape((*shape, *generator.shape[1:]))

    @cached
    def _solved(self) -> tuple[tuple[Stack, PhaseQueueState], ...]:
        """All levels, by cyclic reduction; of stable stand-ins where there is no steady state."""
        slower = np.where(self.is_stable, 1.0, 2.0 * self.utilization)
        return tuple(_by_reduction(self._arrival, self._service, slower, self.servers))


def solve_ph_ph_c(
    arrival: PhaseType, service: PhaseType, servers: int, *, most_states: int = MOST_STATES
) -> PhaseTypeQueue:
    r"""Solve PH/PH/c queues exactly, one for each column of the laws.

    The servers are counted by phase. The wait is zero or of a phase-type law whose phases are the states of the busy
    servers ([1]_); its modes have scalar equations ([2]_), and a few steps of iteration make the law exact. Where
    phases are not passed in order, or are many, the levels are solved by cyclic reduction.

    Parameters
    ----------
    arrival : PhaseType
        Laws of the interval between arrivals.
    service : PhaseType
        Laws of the service time, in columns that broadcast with those of `arrival`.
    servers : int
        Number of parallel servers. [1]
    most_states : int, optional
        Most states that a level may have. [states]

    Returns
    -------
    PhaseTypeQueue
        Columns of the broadcast shape.

    Raises
    ------
    ArgumentError
        If `servers` is not a whole number of one or more, or the columns do not broadcast.
    RefusedError
        If a level has more than `most_states` states.

    Notes
    -----
    With L and D the rates of c busy servers without and with an end of service, y the rates at which arrivals find each
    state of level c, and y R^k those of level c + k,

    .. math:: P(W > t) = \frac{1}{\lambda}\, y\, (I - R)^{-1} e^{(L + R D) t}\, 1

    The relative error grows towards saturation, as :math:`10^{-15} / (1 - \rho)` times a small number; a utilization
    nearer to 1 than :math:`10^{-11}` counts as 1.

    Examples
    --------
    E2/E2/4 at utilization 0.5:

    >>> queue = solve_ph_ph_c(PhaseType.erlang(2, 0.5), PhaseType.erlang(2, 1.0), 4)
    >>> round(float(queue.wait_mean_hours), 6), round(float(queue.wait_probability), 6)
    (0.025744, 0.087449)

    References
    ----------
    .. [1] S. Asmussen, J. R. Møller (2001), "Calculation of the steady state waiting time distribution in GI/PH/c and
       MAP/PH/c queues", Queueing Systems 37, 9-29, doi:10.1023/A:1011083915877.
    .. [2] D. Bertsimas (1990), "An analytic approach to a general class of G/G/s queueing systems", Operations
       Research 38, 139-155, doi:10.1287/opre.38.1.139.
    """
    count = int(whole_at_least_one("servers", servers))
    refuse_large_blocks(arrival.phases, service.phases, count, most_states)
    shape = common_shape(arrival, service)
    interval = np.broadcast_to(arrival.mean_hours, shape)
    utilization = np.asarray(service.mean_hours / interval / count)
    answers, _, _ = _solve(arrival, service, count, utilization < SATURATED, with_law=False)
    probability, first, second, queue = answers.T.reshape((4, *shape))
    return PhaseTypeQueue(
        servers=count,
        arrivals_per_hour=1.0 / interval,
        utilization=utilization,
        wait_probability=probability,
        wait_mean_hours=first,
        wait_second_moment_hours2=second,
        waiting_mean=queue,
        _arrival=arrival,
        _service=service,
    )


def _solve(
    arrival: PhaseType, service: PhaseType, servers: int, stable: NDArray[np.bool_], *, with_law: bool
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return P(W > 0), E[W], E[W^2], the mean number waiting as columns; row and generator of the wait's tail."""
    start, between = flat(arrival, stable.shape)
    initial, within = flat(service, stable.shape)
    chosen = stable.ravel()
    answers, rows, generators, solved = solve_stack((start, between, initial, within), chosen, servers, with_law)
    missing = np.flatnonzero(chosen & ~solved)
    if missing.size:
        laws = PhaseType(start[missing], between[missing]), PhaseType(initial[missing], within[missing])
        parts = [_waits(*each) for each in _by_reduction(*laws, np.ones(missing.size), servers)]
        columns, row, generator = (np.concatenate(column) for column in zip(*parts, strict=True))
        answers[missing] = columns
        if with_law:
            rows[missing], generators[missing] = row, generator
    return answers, rows, generators


def _by_reduction(
    arrival: PhaseType, service: PhaseType, slower: FloatArray, servers: int
) -> list[tuple[Stack, PhaseQueueState]]:
    """Solve stable queues, with intervals `slower` times as long, by cyclic reduction."""
    states = int(phase_states(arrival.phases, service.phases, servers))
    return [(stack, solve(*stack, servers)) for stack in stacks(arrival, service, slower, states)]


def _waits(stack: Stack, state: PhaseQueueState) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return P(W > 0), E[W], E[W^2] and the mean number waiting, and row and generator of the wait's tail."""
    arrivals, _ = stack
    row = state.waiting_sum(1)
    queue = (state.waiting_sum(2) * state.after.sum(axis=2)).sum(axis=1)
    row = row / arrivals.rate[:, None]
    generator = state.unfinished + state.ratio @ state.finished
    once = row_solve(-generator, row)
    twice = row_solve(-generator, once)
    answers = np.stack([row.sum(axis=1), once.sum(axis=1), 2.0 * twice.sum(axis=1), queue], axis=1)
    return answers, row, generator
