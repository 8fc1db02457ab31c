r"""PH/PH/c for stacks of queues of one shape, compiled: means and law of the wait.

With c busy servers L are the rates without an end of service and D those with one; R(T) is the transform A* of the
intervals at the matrix -T. The generator of the wait is the least solution of

.. math:: T = L + R(T)\, D                                                                                          (1)

([1]_). It starts from the modes, which are known one by one (`_phase_modes`) but may be almost parallel, or from L; a
few steps of (1), in which no digits are lost, make it exact. Each step puts the least mode right, which alone would go
slowly where the load is high.

Below c, arrivals that find n - 1 busy leave the rates :math:`y_{n-1} P_n` to find n busy, P_n from level c down to 1 as
in linear level reduction ([2]_, chapter 10), but of M rows only where the servers have M states.

All matrices are kept transposed, so that the inner loops run along rows. Phases are passed in order: the subgenerators
are upper triangular.

References
----------
.. [1] S. Asmussen, J. R. Møller (2001), "Calculation of the steady state waiting time distribution in GI/PH/c and
   MAP/PH/c queues", Queueing Systems 37, 9-29, doi:10.1023/A:1011083915877.
.. [2] G. Latouche, V. Ramaswami (1999), Introduction to Matrix Analytic Methods in Stochastic Modeling, SIAM,
   doi:10.1137/1.9780898719734.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper, kernel
from hubcalc.queueing._phase_algebra import clear, copy, divide_row, eliminate, exchange_solve, substitute
from hubcalc.queueing._phase_modes import IntArray, Law, fill_exits, symmetric_product, transform, two_modes

Moves: TypeAlias = tuple[FloatArray, IntArray, IntArray]

_MOST_STEPS = 200
_MOST_STEPS_FROM_MODES = 50
_CONVERGED = 3e-15  # of the largest rate: below this, what a step adds is lost in rounding
_STALLED = 1e-11  # from here on rounding alone may keep a step from adding less


@helper
def pass_on(target: FloatArray, source: FloatArray, moves: Moves, kind: int, busy: int, count: int) -> None:
    """Add the rows of states, times the rates of one kind of move at a level, to those of the states moved to."""
    rates, places, ends = moves
    level = kind * (ends.size // 3) + busy
    for k in range(ends[level - 1] if level else 0, ends[level]):
        rate = rates[k]
        if rate != 0.0:
            for j in range(count):
                target[places[k, 1], j] += rate * source[places[k, 0], j]


@helper
def events(moves: Moves, index: IntArray, servers: FloatArray, busy: int, service: Law, own: FloatArray) -> None:
    """Fill the rates of all events, and of ends of service, of each state of a level."""
    _, places, ends = moves
    level = ends.size // 3 + busy
    clear(own)
    size = service[2].size
    for k in range(ends[level - 1], ends[level]):
        phase = index[k] - size * size
        own[0, places[k, 0]] -= servers[k] * service[1][phase, phase]
        own[1, places[k, 0]] += servers[k] * service[2][phase]


@helper
def spend(
    block: FloatArray, moves: Moves, own: FloatArray, within: FloatArray, phase: int, busy: int, size: int, count: int
) -> None:
    """Divide rows by -(C_jj I + L) of a level, from the right: states change from high to low place only."""
    rates, places, ends = moves
    low, k = (ends[busy - 1] if busy else 0), ends[busy] - 1
    for u in range(size - 1, -1, -1):
        share = 1.0 / (own[0, u] - within[phase, phase])
        for j in range(count):
            block[u, j] *= share
        while k >= low and places[k, 0] == u:
            rate = rates[k]
            if rate != 0.0:
                for j in range(count):
                    block[places[k, 1], j] += rate * block[u, j]
            k -= 1


@helper
def begin(block: FloatArray, all_blocks: FloatArray, phase: int, within: FloatArray, size: int, count: int) -> None:
    """Add to a block what enters its arrival phase from those before."""
    for i in range(phase):
        rate = within[i, phase]
        if rate != 0.0:
            for u in range(size):
                for j in range(count):
                    block[u, j] += rate * all_blocks[i, u, j]


@helper
def transform_at(tail: FloatArray, interval: Law, passes: FloatArray, ratio: FloatArray, factors: FloatArray) -> None:
    """Fill `passes` with the blocks X_j of the arrival phases and `ratio` with R, from T."""
    initial, within, exits = interval
    size = len(tail)
    clear(ratio)
    for phase in range(initial.size):
        if phase == 0 or within[phase, phase] != within[phase - 1, phase - 1]:
            for u in range(size):
                for j in range(size):
                    factors[u, j] = -tail[u, j]
                factors[u, u] -= within[phase, phase]
            eliminate(factors, size)
        block = passes[phase]
        clear(block)
        begin(block, passes, phase, within, size, size)
        for u in range(size):
            block[u, u] += initial[phase]
        substitute(factors, block, size, size)
        if exits[phase] > 0.0:
            for u in range(size):
                for j in range(size):
                    ratio[u, j] += exits[phase] * block[u, j]


@helper
def set_mode(tail: FloatArray, theta: float, mode: FloatArray) -> None:
    """Change T evenly so that the mode dies out at its rate."""
    size = len(tail)
    for w in range(size):
        miss = -theta * mode[w]
        for u in range(size):
            miss -= tail[w, u] * mode[u]
        for u in range(size):
            tail[w, u] += miss


@helper
def from_modes(
    servers: int, interval: Law, service: Law, thetas: FloatArray, work: FloatArray, tail: FloatArray
) -> bool:
    """Fill T from all modes, for service of one or two phases; say whether that was possible."""
    size = len(tail)
    for k in range(size):
        left, ends = transform(thetas[k], *interval)
        _, _, a, b, c, d = two_modes(left, ends, thetas[k], *service)
        row = work[k]
        symmetric_product(servers - k, (a, b, c, d), row)
        most = 0.0
        for u in range(size):
            most = max(most, abs(row[u]))
        for u in range(size):
            row[u] /= most
            tail[k, u] = -thetas[k] * row[u]
    if not exchange_solve(work, tail):
        return False
    for u in range(size):
        for w in range(u):
            tail[u, w], tail[w, u] = tail[w, u], tail[u, w]
    return True


@helper
def solve_tail(
    servers: int, interval: Law, service: Law, moves: Moves, thetas: FloatArray, mode: FloatArray, work: FloatArray
) -> bool:
    """Fill work[0] with T, work[1] with R and work[5:] with the blocks X_j; say whether (1) was met."""
    tail, ratio, local, other, factors, passes = work[0], work[1], work[2], work[3], work[4], work[5:]
    size = len(local)
    most, last = 0.0, np.inf
    for u in range(size):
        most = max(most, -local[u, u])
    started = thetas.size == size and from_modes(servers, interval, service, thetas, other, tail)
    if not started:
        copy(tail, local)
    for count in range(_MOST_STEPS):
        if thetas[0] > 0.0:
            set_mode(tail, thetas[0], mode)
        transform_at(tail, interval, passes, ratio, factors)
        copy(other, local)
        clear(factors)
        pass_on(factors, ratio, moves, 1, servers, size)
        pass_on(other, factors, moves, 2, servers - 1, size)
        gap, least = 0.0, 0.0
        for u in range(size):
            for j in range(size):
                least = min(least, ratio[u, j])
                apart = abs(other[u, j] - tail[u, j])
                if not apart <= gap:
                    gap = apart if apart == apart else np.inf
        gap /= most
        done = gap <= _CONVERGED or (gap <= _STALLED and gap > 0.9 * last)
        last = gap
        if done and least > -_STALLED:  # the solution without negative entries is the least one
            return True
        if started and (done or gap == np.inf or count == _MOST_STEPS_FROM_MODES):
            started = False
            copy(tail, local)
        else:
            copy(tail, other)
    return False


@helper
def lead_on(enter: FloatArray, stay: FloatArray, ratio: FloatArray, size: int, less: int) -> None:
    """Add the ways to the level below that first stay at this one."""
    for w in range(size):
        for u in range(size):
            factor = stay[w, u]
            for j in range(less):
                enter[w, j] += factor * ratio[u, j]


@helper
def descend(
    servers: int,
    interval: Law,
    service: Law,
    moves: Moves,
    index: IntArray,
    shared: FloatArray,
    sizes: IntArray,
    work: FloatArray,
    blocks: FloatArray,
    found: FloatArray,
) -> None:
    """Fill `found` with the ratios P_n of levels c to 1, from the blocks X_j in work[5:]."""
    initial, within, exits = interval
    phases, most = initial.size, work.shape[1]
    fewer, matrix, passes = work[2], work[3], work[5:]
    back, stays, enters = blocks[0], blocks[1], blocks[2]
    own, leaving = np.empty((2, most)), np.empty(most)
    rates, places, ends = moves
    for phase in range(phases):
        clear(fewer)
        clear(back[phase])
        pass_on(fewer, passes[phase], moves, 1, servers, most)
        pass_on(back[phase], fewer, moves, 2, servers - 1, most)
    for busy in range(servers, 0, -1):
        size, less = sizes[busy], sizes[busy - 1]
        start = 2 * (ends.size // 3) + busy - 1
        events(moves, index, shared, busy, service, own)
        for u in range(most):
            leaving[u] = 0.0
        clear(matrix)
        ratio = found[busy]
        clear(ratio)
        for phase in range(phases):
            block, enter = stays[phase], enters[phase]
            clear(enter)
            copy(block, back[phase])
            for k in range(ends[start - 1], ends[start]):
                enter[places[k, 1], places[k, 0]] = initial[phase] * rates[k]
            begin(block, stays, phase, within, size, size)
            begin(enter, enters, phase, within, size, less)
            spend(block, moves, own, within, phase, busy, size, size)
            spend(enter, moves, own, within, phase, busy, size, less)
            for w in range(size):
                for u in range(size):
                    matrix[w, u] -= exits[phase] * block[w, u]
                    leaving[u] += own[1, w] * block[w, u]
                for u in range(less):
                    ratio[w, u] += exits[phase] * enter[w, u]
        for u in range(size):  # after a return, the next event of either kind is an arrival or leads below
            matrix[u, u] = 0.0
            for w in range(size):
                leaving[u] -= matrix[w, u]
            matrix[u, u] = leaving[u]
        eliminate(matrix, size)
        substitute(matrix, ratio, size, less)
        if busy > 1:
            for phase in range(phases):
                lead_on(enters[phase], stays[phase], ratio, size, less)
                clear(back[phase])
                pass_on(back[phase], enters[phase], moves, 1, busy, less)


@helper
def climb(servers: int, sizes: IntArray, found: FloatArray, row: FloatArray) -> float:
    """Fill the row of arrivals that find c busy, and return the sum of those that find less."""
    before = np.zeros(row.size)
    before[0] = 1.0
    total = 1.0
    for busy in range(1, servers + 1):
        own = 0.0
        for w in range(sizes[busy]):
            value = 0.0
            for u in range(sizes[busy - 1]):
                value += found[busy, w, u] * before[u]
            row[w] = value
            own += value
        if busy < servers:
            total += own
            for w in range(sizes[busy]):
                before[w] = row[w] / total
            total = 1.0
    return total


@helper
def sums(work: FloatArray, row: FloatArray, total: float, rate: float, answer: FloatArray) -> None:
    """Fill P(W > 0), E[W], E[W^2] and the mean number waiting, and turn the row into that of the law of the wait."""
    matrix, passes = work[3], work[5:]
    size = row.size
    further = np.empty(size)
    for power in range(4):  # y (I - R)^-1, y (I - R)^-2, then y (I - R)^-1 (-T)^-1 and (-T)^-2
        if power % 2 == 0:
            for u in range(size):
                for j in range(size):
                    matrix[u, j] = -work[1 - power // 2, u, j]
                if power == 0:
                    matrix[u, u] += 1.0
                further[u] = row[u]
            eliminate(matrix, size)
        divide_row(matrix, further)
        if power == 0:
            for u in range(size):
                total += further[u]
            for u in range(size):
                further[u] /= total
                row[u] = further[u]
        value = 0.0
        for u in range(size):
            value += further[u]
        if power == 1:
            waiting = 0.0
            for phase in range(len(passes)):
                for w in range(size):
                    for u in range(size):
                        waiting += passes[phase, w, u] * further[u]
            answer[3] = rate * waiting
        else:
            answer[(power + 1) // 2] = value
    answer[2] *= 2.0


@kernel(
    "void(f8[:,::1], f8[:,:,::1], f8[:,::1], f8[:,:,::1], i8[::1], i8[::1], i8[:,::1], i8[::1], f8[::1], "
    "f8[:,::1], f8[:,::1], f8[:,::1], f8[:,::1], f8[:,::1], f8[:,:,::1], b1[::1])"
)
def solve_queues(
    starts: FloatArray,
    between: FloatArray,
    initials: FloatArray,
    withins: FloatArray,
    sizes: IntArray,
    ends: IntArray,
    places: IntArray,
    index: IntArray,
    shared: FloatArray,
    means: FloatArray,
    thetas: FloatArray,
    modes: FloatArray,
    answers: FloatArray,
    rows: FloatArray,
    tails: FloatArray,
    solved: NDArray[np.bool_],
) -> None:
    """Solve stable queues, one after the other; `rows` and `tails` may be empty, where only the means are wanted.

    `solved` says which have phases that are passed in order; it becomes False where the steps do not converge.
    """
    servers, most, phases, served = sizes.size - 1, sizes[-1], starts.shape[1], initials.shape[1]
    work, blocks = np.empty((5 + phases, most, most)), np.empty((3, phases, most, most))
    found = np.empty((servers + 1, most, most))
    row, departs, finishes = np.empty(most), np.empty(phases), np.empty(served)
    own, values = np.empty((2, most)), np.empty(index.size)
    for place in range(len(starts)):
        if not solved[place]:
            continue
        fill_exits(between[place], departs)
        fill_exits(withins[place], finishes)
        interval = (starts[place], between[place], departs)
        service = (initials[place], withins[place], finishes)
        for k in range(index.size):
            kind = index[k] - served**2
            if kind < 0:
                rate = withins[place, index[k] // served, index[k] % served]
            elif kind < served:
                rate = finishes[kind]
            else:
                rate = initials[place, kind - served]
            values[k] = shared[k] * rate
        moves = (values, places, ends)
        events(moves, index, shared, servers, service, own)
        local = work[2]
        clear(local)
        for k in range(ends[servers - 1], ends[servers]):
            local[places[k, 1], places[k, 0]] = values[k]
        for u in range(most):
            local[u, u] = -own[0, u]
        solved[place] = solve_tail(servers, interval, service, moves, thetas[place], modes[place], work)
        if solved[place]:
            descend(servers, interval, service, moves, index, shared, sizes, work, blocks, found)
            total = climb(servers, sizes, found, row)
            sums(work, row, total, 1.0 / means[place, 0], answers[place])
            if len(rows):
                for u in range(most):
                    rows[place, u] = row[u]
                    for w in range(most):
                        tails[place, u, w] = work[0, w, u]
