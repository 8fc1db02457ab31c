r"""The law of the wait with batch arrivals: the age of the batch whose items enter service, for a stack of queues.

While all c servers are busy, the state is the number i of items of that batch that have entered, and the servers'. Each
end of service, rates D, lets one more of its items enter with probability :math:`1 - h_i = P(X > i) / P(X \ge i)`, else
the first of the next batch, which is younger by an interval. The time spent at age x has the density :math:`e\,
\exp(T x)` with e the rates at which batches make all servers busy, and ([1]_)

.. math:: T = L + D_{within} + A^*(-T)\, D_{next}

An item's wait is the age of its batch when it enters. D_next leads to i = 1 only, so that a step of iteration needs a
block column of T. The least mode is known: :math:`\theta` is c times the least eigenvalue of :math:`-(S + \zeta s b)`
where :math:`A^*(\theta)\, E[\zeta^{-X}] = 1`, and each step puts it right.

References
----------
.. [1] B. Sengupta (1989), "Markov processes whose steady state distribution is matrix-exponential with an application
   to the GI/PH/1 queue", Advances in Applied Probability 21, 159-180, doi:10.2307/1427202.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hubcalc.arguments import FloatArray
from hubcalc.errors import Problem, RefusedError
from hubcalc.queueing._arrival_process import Arrivals
from hubcalc.queueing._inverse import bracketed_root
from hubcalc.queueing._phase_queue import PhaseQueueState
from hubcalc.queueing._server_phases import ServerPhases

_MOST_STEPS = 5000
_CONVERGED = 4e-15  # of the largest rate
_STALLED = 1e-11


@dataclass(frozen=True, slots=True)
class BatchWait:
    """Rows over ages and generator T, and for each position in the batch the rates at which its items enter."""

    row: FloatArray
    generator: FloatArray
    enters: FloatArray


def batch_wait(arrivals: Arrivals, service: ServerPhases, sizes: FloatArray, state: PhaseQueueState) -> BatchWait:
    """Find the law of the wait of a stack of stable queues; `state` is that of their single arrivals."""
    unfinished, finished = state.unfinished, state.finished
    stack, states, _ = unfinished.shape
    most = sizes.size
    at_least = np.cumsum(sizes[::-1])[::-1]
    last = sizes / at_least  # h_i
    column = _next_batch(arrivals, sizes, last, service, state)
    generator = np.zeros((stack, most, states, most, states))
    for entered in range(most):
        generator[:, entered, :, entered] = unfinished
        if entered + 1 < most:
            generator[:, entered, :, entered + 1] = (1.0 - last[entered]) * finished
    generator[:, :, :, 0] += column
    enters = np.zeros((stack, most, most, states))
    leaving = finished.sum(axis=2)
    enters[:, 0] = column.sum(axis=3)
    for entered in range(1, most):
        enters[:, entered, entered - 1] = (1.0 - last[entered - 1]) * leaving
    row = _made_busy(arrivals, at_least, service, len(state.levels) - 1, state)
    width = most * states
    return BatchWait(row.reshape(stack, width), generator.reshape(stack, width, width), enters.reshape(stack, most, -1))


def _made_busy(
    arrivals: Arrivals, at_least: FloatArray, service: ServerPhases, servers: int, state: PhaseQueueState
) -> FloatArray:
    """Return the rates at which batches make all servers busy, by the number of their items that enter at once."""
    stack, phases = len(state.seen), arrivals.exits.shape[1]
    row = np.zeros((stack, at_least.size, state.unfinished.shape[1]))
    for busy in range(max(servers - at_least.size, 0), servers):
        level = state.levels[busy].reshape(stack, -1, service.states(busy))[:, :phases]
        found = arrivals.exits[:, :, 0][:, None] @ level
        for more in range(busy, servers):
            found = found @ service.start(more)
        row[:, servers - busy - 1] = at_least[servers - busy - 1] * found[:, 0]
    return row


def _next_batch(
    arrivals: Arrivals, sizes: FloatArray, last: FloatArray, service: ServerPhases, state: PhaseQueueState
) -> FloatArray:
    """Return A*(-T) D_next, the block column of what leads to the next batch, shaped (stack, i, states, states)."""
    unfinished, finished = state.unfinished, state.finished
    initial, within, exits = arrivals.initial, arrivals.subgenerator, arrivals.exits
    stack, states, _ = unfinished.shape
    phases, most = within.shape[1], last.size
    width = phases * states
    local = np.einsum("bij,uw->biujw", within, np.eye(states)) + np.einsum("buw,ij->biujw", unfinished, np.eye(phases))
    within_level = np.linalg.inv(-local.reshape(stack, width, width))
    onward = (within_level @ np.einsum("buw,ij->biujw", finished, np.eye(phases)).reshape(stack, width, width))[:, None]
    ends = last[:, None, None] * finished[:, None]
    target = within_level[:, None] @ np.einsum("bi,bkuw->bkiuw", exits[:, :, 0], ends).reshape(stack, most, width, -1)
    drift, mode = _least_mode(initial[:, 0], within, sizes, service, state)
    column = np.zeros((stack, most, states, states))
    scale = np.abs(unfinished).max(axis=(1, 2))
    gap = np.full(stack, np.inf)
    for _ in range(_MOST_STEPS):
        spread = np.einsum("bkuw,ij->bkiujw", column, np.eye(phases)).reshape(stack, most, width, width)
        solved = np.concatenate([target, within_level[:, None] @ spread], axis=3)
        for entered in range(most - 2, -1, -1):
            solved[:, entered] += (1.0 - last[entered]) * (onward[:, 0] @ solved[:, entered + 1])
        plain, again = solved[..., :states], solved[..., states:]
        first = np.linalg.solve(np.eye(width) - again[:, 0], plain[:, 0])
        fresh = plain + again @ first[:, None]
        fresh = np.einsum("bi,bkiuw->bkuw", initial[:, 0], fresh.reshape(stack, most, phases, states, states))
        fresh += (drift - np.einsum("bku,bkuw->bw", mode, fresh))[:, None, None]
        last_gap, gap = gap, np.abs(fresh - column).max(axis=(1, 2, 3)) / scale
        column = fresh
        if np.all((gap <= _CONVERGED) | ((gap <= _STALLED) & (gap > 0.9 * last_gap))):
            return np.asarray(column)
    message = "the law of the wait was not found to full precision"
    raise RefusedError.of(Problem(message, parameter="arrival", hint="the means are given; or simulate"))


def _least_mode(
    initial: FloatArray,
    within: FloatArray,
    sizes: FloatArray,
    service: ServerPhases,
    state: PhaseQueueState,
) -> tuple[FloatArray, FloatArray]:
    """Return zeta v_1 D of the least mode v, scaled to the sum 1, and v."""
    servers, size = len(state.levels) - 1, initial.shape[1]
    counts = np.arange(1.0, sizes.size + 1.0)

    def vectors(zeta: FloatArray, rows: NDArray[np.intp]) -> FloatArray:
        starts = service.exits[rows][:, :, None] * service.initial[rows][:, None, :]
        values, found = np.linalg.eig(np.swapaxes(service.subgenerator[rows] + zeta[:, None, None] * starts, 1, 2))
        least = np.argmax(values.real, axis=1)
        vector = np.abs(np.take_along_axis(found, least[:, None, None], axis=2)[:, :, 0])
        return np.asarray(vector / vector.sum(axis=1, keepdims=True))

    def excess(negative_log: FloatArray, place: FloatArray) -> FloatArray:  # A* E[zeta^-X] - 1, in terms of 1 - zeta
        rows = place.astype(np.intp)
        zeta, log = np.exp(-negative_log), negative_log[:, None]
        theta = -servers * np.expm1(-negative_log) * (vectors(zeta, rows) * service.exits[rows]).sum(axis=1)
        matrix = theta[:, None, None] * np.eye(size) - within[rows]
        left = (initial[rows] * np.linalg.solve(matrix, np.ones((rows.size, size, 1)))[:, :, 0]).sum(axis=1)
        more = np.expm1(counts * log) @ sizes
        return np.asarray(more - theta * left * (1.0 + more))

    places = np.arange(len(initial), dtype=np.float64)
    low = high = np.full(len(initial), 1e-6)
    with np.errstate(over="ignore", invalid="ignore"):
        while np.any(short := excess(low, places) >= 0.0):
            low = np.where(short, low / 8.0, low)
        while np.any(short := excess(high, places) < 0.0):
            high = np.where(short, 2.0 * high, high)
        zeta = np.exp(-bracketed_root(excess, low, high, (places,)))
        alike = ServerPhases(vectors(zeta, np.arange(len(initial))), service.subgenerator, service.exits)
        one: FloatArray = np.ones((len(initial), 1, 1))
        for busy in range(servers):
            one = one @ alike.start(busy)
        at_least = np.cumsum(sizes[::-1])[::-1]
        mode = (at_least * zeta[:, None] ** (1.0 - counts))[:, :, None] * one
        mode = mode / mode.sum(axis=(1, 2), keepdims=True)
    mode = np.where(np.isfinite(mode).all(axis=(1, 2), keepdims=True), mode, 0.0)
    return zeta[:, None] * (mode[:, :1] @ state.finished)[:, 0], mode
