"""PH^[X]/PH/c: batches at phase-type intervals, phase-type service of each item, parallel servers. All exact."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hubcalc.arguments import FloatArray, non_negative, probability_below_one, whole_at_least_one, whole_between
from hubcalc.cached import cached
from hubcalc.errors import ArgumentError, Problem
from hubcalc.queueing._arrival_process import Arrivals
from hubcalc.queueing._matrix_tail import matrix_quantile, matrix_tail
from hubcalc.queueing._phase_columns import Stack, common_shape, stacks
from hubcalc.queueing._phase_queue import PhaseQueueState, solve
from hubcalc.queueing._phase_waits import BatchWait, batch_wait
from hubcalc.queueing.ph_ph_c import SATURATED
from hubcalc.queueing.phase_states import MOST_STATES, phase_states, refuse_large_blocks
from hubcalc.queueing.phase_type import PhaseType


@dataclass(frozen=True, eq=False)
class BatchPhaseTypeQueue:
    """Columns of solved PH^[X]/PH/c queues; an item's wait includes that for items of its own batch.

    Items of a batch enter service in turn: `position` 1 is the first. Where no position is given, a law is that of all
    items; `last_item` stands for the last of each batch, whatever its size: when it enters, the whole batch has.

    Attributes
    ----------
    servers : int
        Number of parallel servers. [1]
    batches_per_hour, items_per_hour : ndarray
        Arrival rates. [1/h]
    utilization : ndarray
        Offered load per server. [1]
    wait_probability : ndarray
        Probability that an item waits; 1 where utilization is 1 or more. [1]
    wait_mean_hours : ndarray
        Mean wait of an item before its service; inf where utilization is 1 or more. [h]
    waiting_mean : ndarray
        Mean number of items waiting. [1]
    level_probabilities : ndarray
        Probabilities of 0, 1, ..., c items in the system, and of more, along a last axis. [1]
    """

    servers: int
    batches_per_hour: FloatArray
    items_per_hour: FloatArray
    utilization: FloatArray
    wait_probability: FloatArray
    wait_mean_hours: FloatArray
    waiting_mean: FloatArray
    level_probabilities: FloatArray
    _arrival: PhaseType = field(repr=False)
    _sizes: FloatArray = field(repr=False)
    _service: PhaseType = field(repr=False)

    @property
    def is_stable(self) -> NDArray[np.bool_]:
        """Whether there is a steady state."""
        return self.utilization < SATURATED

    def wait_tail(self, hours: ArrayLike, position: int | None = None, *, last_item: bool = False) -> FloatArray:
        """Return the probability of a wait of more than `hours`, which broadcast with the columns; 1 where unstable."""
        row, column = self._row_and_column(position, last_item)
        tail = matrix_tail(row, self._generator, non_negative("hours", hours), column)
        return np.where(self.is_stable, tail, 1.0)

    def wait_quantile_hours(
        self, probability: ArrayLike, position: int | None = None, *, last_item: bool = False
    ) -> FloatArray:
        """Return the least hours that a wait does not exceed with a probability, which broadcasts with the columns.

        0 where enough items do not wait at all; inf where unstable and `probability` > 0.
        """
        share = probability_below_one("probability", probability)
        row, column = self._row_and_column(position, last_item)
        hours = matrix_quantile(row, self._generator, 1.0 - share, column)
        return np.where(self.is_stable | (share == 0.0), hours, np.inf)

    def position_wait_mean_hours(self, position: int | None = None, *, last_item: bool = False) -> FloatArray:
        """Return the mean wait of the items of one position; inf where unstable. [h]."""
        row, column = self._row_and_column(position, last_item)
        further = np.linalg.solve(-self._generator, column[..., None])[..., 0]
        return np.where(self.is_stable, (row * further).sum(axis=-1), np.inf)

    @cached
    def _waits(self) -> BatchWait:
        """The law of the wait; of stable stand-ins where there is no steady state."""
        slower = np.where(self.is_stable, 1.0, 2.0 * self.utilization)
        solved = _solved(self._arrival, self._sizes, self._service, slower, self.servers)
        parts = [batch_wait(*stack, self._sizes, state) for stack, state in solved]
        shape = self.utilization.shape
        row, generator, enters = (
            np.concatenate(each).reshape((*shape, *each[0].shape[1:]))
            for each in zip(*((part.row, part.generator, part.enters) for part in parts), strict=True)
        )
        older = np.linalg.solve(-np.swapaxes(generator, -1, -2), row[..., None])[..., 0]
        return BatchWait(older, generator, enters)

    @property
    def _generator(self) -> FloatArray:
        """Generator of the ages."""
        return self._waits.generator

    def _row_and_column(self, position: int | None, last_item: bool) -> tuple[FloatArray, FloatArray]:
        """Return row and column of a tail row exp(generator t) column."""
        waits, sizes = self._waits, self._sizes
        at_least = np.cumsum(sizes[::-1])[::-1]
        if last_item and position is not None:
            message = "is either given, or the last item is asked for"
            raise ArgumentError.of(Problem(message, parameter="position", given=position))
        if last_item:
            weights, share = sizes / at_least, 1.0
        elif position is None:
            weights, share = np.ones(sizes.size), float(at_least.sum())
        else:
            place = int(whole_between("position", position, 1, sizes.size)) - 1
            weights, share = np.eye(sizes.size)[place], float(at_least[place])
        column = np.einsum("i,...is->...s", weights, waits.enters)
        rate = self._batches_of_solved * share
        return waits.row / rate[..., None], column

    @property
    def _batches_of_solved(self) -> FloatArray:
        """Batches per hour of what was solved: stable stand-ins where there is no steady state."""
        return self.batches_per_hour / np.where(self.is_stable, 1.0, 2.0 * self.utilization)


def solve_phx_ph_c(
    arrival: PhaseType,
    batch_probabilities: ArrayLike,
    service: PhaseType,
    servers: int,
    *,
    most_states: int = MOST_STATES,
) -> BatchPhaseTypeQueue:
    """Solve queues with batch arrivals exactly, one for each column of the laws.

    The items of a batch enter one after the other in phases that take no time, so that the queue is one of single
    arrivals; a level has the phases of the interval, and one for each item of the largest batch but one, times the
    states of the servers. The law of the wait comes from the age of the batch whose items enter service ([2]_), when it
    is asked for; its phases are the items of the largest batch times the states of the servers.

    Parameters
    ----------
    arrival : PhaseType
        Laws of the interval between batches.
    batch_probabilities : array_like
        Probabilities of batches of 1, 2, ... items, one law for all columns; `BatchLaw.pmf` has them. [1]
    service : PhaseType
        Laws of the service time of an item, in columns that broadcast with those of `arrival`.
    servers : int
        Number of parallel servers. [1]
    most_states : int, optional
        Most states that a level may have. [states]

    Returns
    -------
    BatchPhaseTypeQueue
        Columns of the broadcast shape.

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or the columns do not broadcast.
    RefusedError
        If a level has more than `most_states` states.

    Examples
    --------
    One train of 50 containers each hour at 3 cranes of 25 moves an hour, as M^50/M/3:

    >>> train = [0.0] * 49 + [1.0]
    >>> queue = solve_phx_ph_c(PhaseType.exponential(1.0), train, PhaseType.exponential(1 / 25), 3)
    >>> round(float(queue.wait_mean_hours), 9)
    0.980784314
    >>> queue.wait_quantile_hours([0.5, 0.9]).round(6).tolist()
    [0.703756, 2.155638]
    >>> round(float(queue.position_wait_mean_hours(1)), 6), round(float(queue.position_wait_mean_hours(50)), 6)
    (0.662628, 1.30719)

    References
    ----------
    .. [1] G. Latouche, V. Ramaswami (1999), Introduction to Matrix Analytic Methods in Stochastic Modeling, SIAM,
       section 3.4, doi:10.1137/1.9780898719734.
    .. [2] B. Sengupta (1989), "Markov processes whose steady state distribution is matrix-exponential with an
       application to the GI/PH/1 queue", Advances in Applied Probability 21, 159-180, doi:10.2307/1427202.
    """
    count = int(whole_at_least_one("servers", servers))
    sizes = _batch_law(batch_probabilities)
    refuse_large_blocks(arrival.phases + sizes.size - 1, service.phases, count, most_states)
    shape = common_shape(arrival, service)
    batches = 1.0 / np.broadcast_to(arrival.mean_hours, shape)
    items = batches * (sizes @ np.arange(1.0, sizes.size + 1.0))
    utilization = np.asarray(items * service.mean_hours / count)
    stable = utilization < SATURATED
    slower = np.where(stable, 1.0, 2.0 * utilization)
    parts = []
    for _, state in _solved(arrival, sizes, service, slower, count):
        weights = np.arange(state.after.shape[2]) < arrival.phases * state.unfinished.shape[1]  # what takes time
        waiting = (state.waiting_sum(2) * (state.after @ weights)).sum(axis=1)
        parts.append((state.times, state.waiting_sum(1).sum(axis=1), waiting))
    levels, waits, waiting = (
        np.concatenate(column).reshape((*shape, *column[0].shape[1:])) for column in zip(*parts, strict=True)
    )
    everyone = np.arange(count + 2) == count + 1
    return BatchPhaseTypeQueue(
        servers=count,
        batches_per_hour=batches,
        items_per_hour=items,
        utilization=utilization,
        wait_probability=np.where(stable, waits / items, 1.0),
        wait_mean_hours=np.where(stable, waiting / items, np.inf),
        waiting_mean=np.where(stable, waiting, np.inf),
        level_probabilities=np.where(stable[..., None], levels, everyone),
        _arrival=arrival,
        _sizes=sizes,
        _service=service,
    )


def _solved(
    arrival: PhaseType, sizes: FloatArray, service: PhaseType, slower: FloatArray, servers: int
) -> Iterator[tuple[Stack, PhaseQueueState]]:
    """Solve stable queues of single arrivals part by part; give them with the intervals of their batches."""
    states = int(phase_states(arrival.phases + sizes.size - 1, service.phases, servers))
    for intervals, servers_of in stacks(arrival, service, slower, states):
        yield (intervals, servers_of), solve(_one_by_one(intervals, sizes), servers_of, servers)


def _batch_law(probabilities: ArrayLike) -> FloatArray:
    """Return probabilities of 1, 2, ... items up to the last that is not zero."""
    law = non_negative("batch_probabilities", probabilities)
    if law.ndim != 1 or abs(law.sum() - 1.0) > 1e-9:
        message = "must be one row of probabilities with the sum 1"
        raise ArgumentError.of(Problem(message, parameter="batch_probabilities", allowed=">= 0, with sum 1"))
    return np.asarray(law[: np.flatnonzero(law)[-1] + 1] / law.sum())


def _one_by_one(single: Arrivals, sizes: FloatArray) -> Arrivals:
    """Let the items of a batch enter one by one: arrivals of kind j leave j items of the batch to enter next."""
    stack, _, phases = single.initial.shape
    more = sizes.size - 1
    pace = single.rate[:, None]  # of phases that take no time: any rate will do
    initial = np.zeros((stack, more + 1, phases + more))
    initial[:, 0, :phases] = single.initial[:, 0]
    exits = np.zeros((stack, phases + more, more + 1))
    exits[:, :phases] = single.exits * sizes
    within = np.zeros((stack, phases + more, phases + more))
    within[:, :phases, :phases] = single.subgenerator
    left = np.arange(more)
    initial[:, left + 1, phases + left] = 1.0
    exits[:, phases + left, left] = pace
    within[:, phases + left, phases + left] = -pace
    return Arrivals(initial, within, exits, np.repeat([1.0, 0.0], [phases, more]))
