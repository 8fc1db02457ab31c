"""PH^[X]/PH/c: batches at phase-type intervals, phase-type service of each item, parallel servers. All exact."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, non_negative, whole_at_least_one
from hubcalc.errors import ArgumentError, Problem
from hubcalc.queueing._arrival_process import Arrivals
from hubcalc.queueing._phase_columns import common_shape, stacks
from hubcalc.queueing._phase_queue import solve
from hubcalc.queueing.ph_ph_c import SATURATED
from hubcalc.queueing.phase_states import MOST_STATES, refuse_large_blocks
from hubcalc.queueing.phase_type import PhaseType


@dataclass(frozen=True, slots=True, eq=False)
class BatchPhaseTypeQueue:
    """Columns of solved PH^[X]/PH/c queues; an item's wait includes that for items of its own batch.

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
    states of the servers.

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

    References
    ----------
    .. [1] G. Latouche, V. Ramaswami (1999), Introduction to Matrix Analytic Methods in Stochastic Modeling, SIAM,
       section 3.4, doi:10.1137/1.9780898719734.
    """
    count = int(whole_at_least_one("servers", servers))
    sizes = _batch_law(batch_probabilities)
    states = refuse_large_blocks(arrival.phases + sizes.size - 1, service.phases, count, most_states)
    shape = common_shape(arrival, service)
    batches = 1.0 / np.broadcast_to(arrival.mean_hours, shape)
    items = batches * (sizes @ np.arange(1.0, sizes.size + 1.0))
    utilization = np.asarray(items * service.mean_hours / count)
    stable = utilization < SATURATED
    slower = np.where(stable, 1.0, 2.0 * utilization)
    parts = []
    for single, servers_of in stacks(arrival, service, slower, states):
        stack = _one_by_one(single, sizes)
        state = solve(stack, servers_of, count)
        weights = np.repeat(stack.working, state.unfinished.shape[1])
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
    )


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
