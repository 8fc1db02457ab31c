r"""Stationary state of queues with phase-type service at c servers by blocks, for a stack of queues of one shape.

The level is the number in the system; a state of a level is the phase of the arrivals and the numbers of servers in
each phase. With all c servers busy, L are the rates of the servers without an end of service and D those with one. A
level's up-rates :math:`t a \otimes I` have r M rows only where the servers have M states, so that matrices of that size
describe what arrivals see:

* cyclic reduction gives the generator U of a level until the first visit to the level below, and from it
  :math:`X = (a \otimes I)(-U)^{-1}` and :math:`R = X (t \otimes I)` ([1]_, [2]_);
* linear level reduction goes from level c down to 0 in the same way ([2]_, chapter 10), and the probabilities come from
  0 up as products of non-negative matrices, so that even tiny ones keep their relative precision.

References
----------
.. [1] D. A. Bini, G. Latouche, B. Meini (2005), Numerical Methods for Structured Markov Chains, Oxford University
   Press, chapter 7, doi:10.1093/acprof:oso/9780198527688.001.0001.
.. [2] G. Latouche, V. Ramaswami (1999), Introduction to Matrix Analytic Methods in Stochastic Modeling, SIAM,
   doi:10.1137/1.9780898719734.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.queueing._arrival_process import Arrivals
from hubcalc.queueing._server_phases import ServerPhases

_CONVERGED = 1e-15  # of a state's own rate: below this, what a step adds is lost in rounding
_MOST_STEPS = 60  # the number of levels looked at doubles with each


@dataclass(frozen=True, slots=True)
class PhaseQueueState:
    """What the stationary state is made of.

    `times` are the shares of time at levels 0, ..., c and above, `levels` the rows of levels 0 to c, `seen` the rates
    at which arrivals find each state of level c, `ratio` the matrix R and `after` the matrix X of the levels above;
    `unfinished` and `finished` are L and D.
    """

    times: FloatArray
    levels: tuple[FloatArray, ...]
    seen: FloatArray
    ratio: FloatArray
    after: FloatArray
    unfinished: FloatArray
    finished: FloatArray

    def waiting_sum(self, power: int) -> FloatArray:
        """Return seen (I - R)^-power, a row for each queue."""
        row = self.seen
        for _ in range(power):
            row = row_solve(np.eye(self.ratio.shape[1]) - self.ratio, row)
        return row


def left_divide(block: FloatArray, matrix: FloatArray) -> FloatArray:
    """Return block times the inverse of a matrix, for stacks."""
    return np.swapaxes(np.linalg.solve(np.swapaxes(matrix, 1, 2), np.swapaxes(block, 1, 2)), 1, 2)


def row_solve(matrix: FloatArray, row: FloatArray) -> FloatArray:
    """Return row times the inverse of a matrix, for stacks."""
    return left_divide(row[:, None], matrix)[:, 0]


def identity(block: FloatArray) -> FloatArray:
    """Return a stack of identities as wide as the blocks."""
    return np.broadcast_to(np.eye(block.shape[2]), (len(block), block.shape[2], block.shape[2]))


def balance(generator: FloatArray, leaving: FloatArray) -> FloatArray:
    """Set the diagonals so that the rows sum to minus the rates of leaving; a sum of positive terms loses no digits."""
    diagonal = np.einsum("bii->bi", generator)
    diagonal[...] = 0.0
    diagonal[...] = -(generator.sum(axis=2) + leaving)
    return generator


def censored_generator(arrivals: Arrivals, unfinished: FloatArray, finished: FloatArray) -> FloatArray:
    """Return U: the rates within a level of c or more until the level below is first visited, by cyclic reduction.

    The up-rates keep the form (t x I) K (a x I) with K of size r M x r M.
    """
    middle = arrivals.local(unfinished)
    censored = middle.copy()
    down = arrivals.repeated(finished)
    width = arrivals.width * unfinished.shape[1]
    core = np.broadcast_to(np.eye(width), (len(middle), width, width))
    exits = arrivals.rows(core)
    leaving = down.sum(axis=2)
    own = _CONVERGED * np.abs(np.diagonal(middle, axis1=1, axis2=2))[:, :, None]
    for _ in range(_MOST_STEPS):
        solved = np.linalg.solve(-middle, np.concatenate([exits, down], axis=2))
        risen, fallen = solved[:, :, :width], solved[:, :, width:]
        added = arrivals.rows(core @ arrivals.begun(fallen))
        censored += added
        if np.all(added <= own):
            break
        middle = middle + added + arrivals.columns((down @ risen) @ core)
        core = core @ arrivals.begun(risen) @ core
        down = down @ fallen
        balance(middle, arrivals.rows(core.sum(axis=2, keepdims=True))[:, :, 0] + down.sum(axis=2))
    return balance(censored, leaving)


def stationary(generator: FloatArray) -> FloatArray:
    """Return the stationary rows of small generators by elimination without subtractions ([2]_, section 4.5)."""
    work = generator.copy()
    for last in range(work.shape[-1] - 1, 0, -1):
        work[:, :last, last] /= work[:, last, :last].sum(axis=1)[:, None]
        work[:, :last, :last] += work[:, :last, last, None] * work[:, None, last, :last]
    row = np.ones(work.shape[:2])
    for last in range(1, work.shape[-1]):
        row[:, last] = (row[:, :last] * work[:, :last, last]).sum(axis=1)
    return np.asarray(row / row.sum(axis=1, keepdims=True))


def returning(arrivals: Arrivals, after: FloatArray, down: FloatArray) -> FloatArray:
    """Return (t x I) X (working x down): the rates within a level by way of those above."""
    stack, rows, _ = after.shape
    spread = after.reshape(stack, rows, arrivals.working.size, -1) * arrivals.working[:, None]
    back = spread.reshape(stack, -1, down.shape[1]) @ down
    return arrivals.rows(back.reshape(stack, rows, -1))


def boundary(
    arrivals: Arrivals, service: ServerPhases, censored: FloatArray, servers: int
) -> tuple[FloatArray, list[FloatArray]]:
    """Return the row of level 0 and the factors to levels 1, ..., c, from U of level c."""
    factors = [left_divide(arrivals.begin(service.start(servers - 1)), -censored)]
    down = service.finish(servers)
    for busy in range(servers - 1, -1, -1):
        within = arrivals.local(service.change(busy)) + returning(arrivals, factors[-1], down)
        if busy:
            down = service.finish(busy)
            leaving = arrivals.working[:, None] * down.sum(axis=2)[:, None]
            balance(within, leaving.reshape(len(within), -1))
            factors.append(left_divide(arrivals.begin(service.start(busy - 1)), -within))
    return stationary(within), factors[::-1]


def climb(arrivals: Arrivals, lowest: FloatArray, factors: Sequence[FloatArray]) -> list[FloatArray]:
    """Return the rows of all levels up to one common factor, from that of level 0; none overflows."""
    rows, powers = [lowest], [np.zeros(len(lowest))]
    for factor in factors:
        row = (arrivals.seen(rows[-1][:, None]) @ factor)[:, 0]
        _, power = np.frexp(row.max(axis=1))
        rows.append(np.ldexp(row, -power[:, None]))
        powers.append(powers[-1] + power)
    most = np.max(powers, axis=0)
    return [
        np.ldexp(row, np.maximum(power - most, -5000.0).astype(np.int64)[:, None])
        for row, power in zip(rows, powers, strict=True)
    ]


def solve(arrivals: Arrivals, service: ServerPhases, servers: int) -> PhaseQueueState:
    """Solve a stack of stable queues of one shape."""
    unfinished, finished = service.change(servers), service.finish(servers) @ service.start(servers - 1)
    censored = censored_generator(arrivals, unfinished, finished)
    after = left_divide(arrivals.begin(identity(unfinished)), -censored)
    levels = tuple(climb(arrivals, *boundary(arrivals, service, censored, servers)))
    seen, ratio = arrivals.seen(levels[-1][:, None])[:, 0], arrivals.seen(after)
    beyond = row_solve(np.eye(seen.shape[1]) - ratio, seen)
    times = _times(arrivals, levels, (beyond[:, None] @ after)[:, 0])
    total = times.sum(axis=1)[:, None]
    scaled = tuple(level / total for level in levels)
    return PhaseQueueState(times / total, scaled, seen / total, ratio, after, unfinished, finished)


def _times(arrivals: Arrivals, levels: Sequence[FloatArray], above: FloatArray) -> FloatArray:
    """Return the time spent at levels 0, ..., c and above c, a column for each, up to the factor of the rows."""
    phases = arrivals.working.size
    rows = [row.reshape(len(row), phases, -1).sum(axis=2) @ arrivals.working for row in (*levels, above)]
    return np.stack(rows, axis=1)
