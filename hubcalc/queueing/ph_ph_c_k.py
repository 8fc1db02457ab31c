"""PH/PH/c/K: phase-type intervals and service with a finite waiting room; who finds it full is lost. All exact."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, non_negative, probability_below_one, whole_at_least_one
from hubcalc.errors import ArgumentError, Problem, RefusedError
from hubcalc.queueing._matrix_tail import matrix_quantile, matrix_tail
from hubcalc.queueing._phase_columns import Stack, common_shape, stacks
from hubcalc.queueing._phase_queue import balance, boundary, climb, identity, left_divide, returning
from hubcalc.queueing.phase_states import MOST_STATES, refuse_large_blocks
from hubcalc.queueing.phase_type import PhaseType


@dataclass(frozen=True, slots=True, eq=False)
class FinitePhaseTypeQueue:
    """Columns of solved PH/PH/c/K queues; waits are those of the arrivals that are let in.

    Attributes
    ----------
    servers, most_in_system : int
        Number of parallel servers, and most in the system, those in service included. [1]
    arrivals_per_hour : ndarray
        Arrival rate, with those that are lost. [1/h]
    blocking_probability : ndarray
        Probability that an arrival is lost. [1]
    utilization : ndarray
        Busy share of the servers. [1]
    wait_probability : ndarray
        Probability that an arrival that is let in waits. [1]
    wait_mean_hours : ndarray
        Mean wait of an arrival that is let in. [h]
    waiting_mean : ndarray
        Mean number waiting. [1]
    level_probabilities : ndarray
        Probabilities of 0, 1, ..., K in the system, along a last axis. [1]
    """

    servers: int
    most_in_system: int
    arrivals_per_hour: FloatArray
    blocking_probability: FloatArray
    utilization: FloatArray
    wait_probability: FloatArray
    wait_mean_hours: FloatArray
    waiting_mean: FloatArray
    level_probabilities: FloatArray
    _seen: FloatArray = field(repr=False)
    _unfinished: FloatArray = field(repr=False)
    _finished: FloatArray = field(repr=False)

    def _tail(self) -> tuple[FloatArray, FloatArray]:
        """Return row and generator of the wait: a block of phases for each number of departures yet to come."""
        room, states = self._seen.shape[-2:]
        size = room * states
        if size > MOST_STATES:
            message = f"{room} places to wait and {states} states of the servers make {size} phases of the wait"
            hint = "the mean is given; for the law of the wait leave out the limit of the room, or simulate"
            allowed = f"up to {MOST_STATES} phases"
            raise RefusedError.of(
                Problem(message, parameter="most_in_system", given=self.most_in_system, allowed=allowed, hint=hint)
            )
        columns = self.arrivals_per_hour.shape
        generator = np.zeros((*columns, room, states, room, states))
        for place in range(room):
            generator[..., place, :, place, :] = self._unfinished
            if place:
                generator[..., place, :, place - 1, :] = self._finished
        return self._seen.reshape((*columns, size)), generator.reshape((*columns, size, size))

    def wait_tail(self, hours: ArrayLike) -> FloatArray:
        """Return the probability of a wait of more than `hours`, which broadcasts with the columns."""
        checked = non_negative("hours", hours)
        if self._seen.shape[-2] == 0:
            return np.zeros(np.broadcast_shapes(checked.shape, self.arrivals_per_hour.shape))
        return matrix_tail(*self._tail(), checked)

    def wait_quantile_hours(self, probability: ArrayLike) -> FloatArray:
        """Return the least hours that a wait does not exceed with a probability, which broadcasts with the columns."""
        share = probability_below_one("probability", probability)
        if self._seen.shape[-2] == 0:
            return np.zeros(np.broadcast_shapes(share.shape, self.arrivals_per_hour.shape))
        return matrix_quantile(*self._tail(), 1.0 - share)


def solve_ph_ph_c_k(
    arrival: PhaseType, service: PhaseType, servers: int, most_in_system: int, *, most_states: int = MOST_STATES
) -> FinitePhaseTypeQueue:
    """Solve PH/PH/c/K queues exactly, one for each column of the laws; any load has a steady state.

    Parameters
    ----------
    arrival : PhaseType
        Laws of the interval between arrivals.
    service : PhaseType
        Laws of the service time, in columns that broadcast with those of `arrival`.
    servers : int
        Number of parallel servers. [1]
    most_in_system : int
        Most in the system, those in service included: `servers` for a system without a waiting room. [1]
    most_states : int, optional
        Most states that a level may have. [states]

    Returns
    -------
    FinitePhaseTypeQueue
        Columns of the broadcast shape.

    Raises
    ------
    ArgumentError
        If a number is not whole or out of its range, or the columns do not broadcast.
    RefusedError
        If a level has more than `most_states` states.

    Examples
    --------
    >>> queue = solve_ph_ph_c_k(PhaseType.exponential(2.0), PhaseType.erlang(2, 3.0), 2, 4)
    >>> round(float(queue.blocking_probability), 9), round(float(queue.wait_mean_hours), 9)
    (0.104892702, 0.862839443)

    References
    ----------
    .. [1] G. Latouche, V. Ramaswami (1999), Introduction to Matrix Analytic Methods in Stochastic Modeling, SIAM,
       chapter 10, doi:10.1137/1.9780898719734.
    """
    count = int(whole_at_least_one("servers", servers))
    most = int(whole_at_least_one("most_in_system", most_in_system))
    if most < count:
        message = f"{most} is less than the number of servers"
        raise ArgumentError.of(
            Problem(message, parameter="most_in_system", given=most, allowed=f"whole numbers >= {count}")
        )
    states = refuse_large_blocks(arrival.phases, service.phases, count, most_states)
    shape = common_shape(arrival, service)
    rate = 1.0 / np.broadcast_to(arrival.mean_hours, shape)
    solved = [_levels(stack, count, most) for stack in stacks(arrival, service, np.ones(shape), states)]
    levels, found, seen, unfinished, finished = (
        np.concatenate(column).reshape((*shape, *column[0].shape[1:])) for column in zip(*solved, strict=True)
    )
    let_in = found[..., :-1].sum(axis=-1)
    waiting = levels[..., count:] @ np.arange(most - count + 1.0)
    return FinitePhaseTypeQueue(
        servers=count,
        most_in_system=most,
        arrivals_per_hour=rate,
        blocking_probability=np.asarray(found[..., -1] / rate),
        utilization=np.asarray(levels @ np.minimum(np.arange(most + 1.0), count) / count),
        wait_probability=np.asarray(found[..., count:-1].sum(axis=-1) / let_in),
        wait_mean_hours=np.asarray(waiting / let_in),
        waiting_mean=np.asarray(waiting),
        level_probabilities=levels,
        _seen=seen / let_in[..., None, None],
        _unfinished=unfinished,
        _finished=finished,
    )


def _levels(stack: Stack, servers: int, most: int) -> tuple[FloatArray, ...]:
    """Return level probabilities, rates at which arrivals find each level and, where they wait, each state; L and D."""
    arrivals, service = stack
    unfinished, finished = service.change(servers), service.finish(servers) @ service.start(servers - 1)
    middle, begin = arrivals.local(unfinished), arrivals.begin(identity(unfinished))
    leaving = arrivals.repeated(finished).sum(axis=2)
    censored = balance(middle + arrivals.rows(begin), leaving)  # at level K the interval starts anew and no one enters
    factors = []
    for _ in range(most - servers):
        factors.append(left_divide(begin, -censored))
        censored = balance(middle + returning(arrivals, factors[-1], finished), leaving)
    lowest, lower = boundary(arrivals, service, censored, servers)
    rows = climb(arrivals, lowest, [*lower, *factors[::-1]])
    levels = np.stack([row.sum(axis=1) for row in rows], axis=1)
    total = levels.sum(axis=1)[:, None]
    seen = [arrivals.seen(row[:, None])[:, 0] / total for row in rows]
    found = np.stack([row.sum(axis=1) for row in seen], axis=1)
    room = np.zeros((len(total), most - servers, unfinished.shape[1]))
    for place, row in enumerate(seen[servers:most]):
        room[:, place] = row
    return levels / total, found, room, unfinished, finished
