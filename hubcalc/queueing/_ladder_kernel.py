"""PH/D/1 with intervals of c parts: the ladder of the random walk behind the wait, in units of the service time.

A customer of GI/D/c waits for the customer c places before it, so that its wait W follows W' = (W + 1 - U)^+ with U
the sum of c intervals: phase type, with initial vector a and subgenerator T, t = -T 1. Let b be the phases in which the
work left falls to a new minimum. Between minima the phases move by M = T + t b, and a minimum is reached one service
time after an arrival:

    b = a exp(M).                                                                                               (1)

W is the sum of a geometric number of ladder heights, which have the defective density

    g(y) = a exp(M (1 - y)) t,  0 < y < 1,                                                                      (2)

and P(W = 0) = (1 - rho) E[U] / E[I], where E[I] = -b T^(-1) 1 is the mean time of a server without work. All sums are
of positive terms (uniformization), so that small probabilities of a wait keep their relative precision.

References
----------
.. [1] S. Asmussen (2003), Applied Probability and Queues, 2nd edition, Springer, chapters VIII and IX,
   doi:10.1007/b97236.
"""

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper, kernel

_MOST_PASSES = 20_000
_CLOSE, _ROUNDING = 1e-15, 1e-12


@helper
def poisson_weights(mean: float, weights: FloatArray) -> None:
    """Fill in the probabilities of 0, 1, ... of the Poisson law, from the most probable one outwards."""
    middle = min(int(mean), weights.size - 1)
    weights[middle] = 1.0
    total = 1.0
    for n in range(middle, 0, -1):
        weights[n - 1] = weights[n] * n / mean
        total += weights[n - 1]
    for n in range(middle + 1, weights.size):
        weights[n] = weights[n - 1] * mean / n
        total += weights[n]
    for n in range(weights.size):
        weights[n] /= total


@helper
def run_through(
    initial: FloatArray,
    moves: FloatArray,
    leave: FloatArray,
    minima: FloatArray,
    weights: FloatArray,
    spans: FloatArray,
    exits: FloatArray,
    total: FloatArray,
) -> None:
    """Step the phases of M from an arrival on: `exits` at each step, and in `total` their law after a service time."""
    servers, phases = minima.shape
    state, after = np.zeros((servers, phases)), np.zeros((servers, phases))
    state[0] = initial
    for part in range(servers):
        for j in range(phases):
            total[part, j] = weights[0] * state[part, j]
    for n in range(exits.size):
        after[:] = 0.0
        left = 0.0
        for part in range(servers):
            if left > 0.0:  # the interval before has ended, this one begins
                for j in range(phases):
                    after[part, j] += left * initial[j]
            left = 0.0
            for i in range(phases):
                here = state[part, i]
                if here > 0.0:
                    left += here * leave[i]
                    for j in range(int(spans[0, i]), int(spans[1, i])):
                        after[part, j] += here * moves[i, j]
        exits[n] = left
        weight = weights[n + 1] if n + 1 < weights.size else 0.0
        for part in range(servers):
            for j in range(phases):
                after[part, j] += left * minima[part, j]
                total[part, j] += weight * after[part, j]
        state, after = after, state


@kernel("void(f8[:,::1], f8[:,:,::1], f8[:,::1], f8[::1], i8, f8[:,::1], f8[::1])")
def ladders(
    initials: FloatArray,
    moves: FloatArray,
    lives: FloatArray,
    rates: FloatArray,
    servers: int,
    exits: FloatArray,
    idle: FloatArray,
) -> None:
    """Solve (1) for each queue: fill in the exits of U at each step of the uniformized M, and E[I].

    `moves` are the probabilities of a step within the phases of one interval, `lives` the mean times until its end,
    `rates` those of the steps per service time.
    """
    phases = initials.shape[1]
    weights = np.empty(exits.shape[1])
    total = np.empty((servers, phases))
    for row in range(rates.size):
        spans = np.zeros((2, phases))
        leave = np.empty(phases)
        for i in range(phases):
            leave[i] = max(1.0 - moves[row, i].sum(), 0.0)
            spans[0, i] = phases
            for j in range(phases):
                if moves[row, i, j] != 0.0:
                    spans[0, i] = min(spans[0, i], j)
                    spans[1, i] = j + 1
        poisson_weights(rates[row], weights)
        minima = np.zeros((servers, phases))
        minima[0] = initials[row]
        before = np.inf
        for _ in range(_MOST_PASSES):
            run_through(initials[row], moves[row], leave, minima, weights, spans, exits[row], total)
            total /= total.sum()
            change = np.abs(total - minima).sum()
            minima[:] = total
            if change < _CLOSE or (change < _ROUNDING and change >= before):
                break
            before = change
        run_through(initials[row], moves[row], leave, minima, weights, spans, exits[row], total)
        mean = (initials[row] * lives[row]).sum()
        idle[row] = 0.0
        for part in range(servers):
            idle[row] += (minima[part] * (lives[row] + (servers - 1 - part) * mean)).sum()
