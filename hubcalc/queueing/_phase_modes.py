r"""Modes of the wait in PH/PH/c: the rates at which it dies out, from scalar equations; parts of compiled kernels.

With c busy servers, A* the transform of the intervals and T the generator of the wait, :math:`v T = -\theta v` makes
:math:`v (L + z D) = -\theta v` with :math:`z = A^*(\theta)`. L + z D are c independent servers, so that :math:`\theta`
is a sum of c eigenvalues e of :math:`-(S + z s b)`, and v the symmetric product of their left eigenvectors: one scalar
equation for each way to choose c times among the eigenvalues ([1]_, [2]_).

Near saturation the least mode goes to zero: with w = 1 - z, all is written as sums of positive terms.

References
----------
.. [1] J. H. A. de Smit (1983), "The queue GI/M/s with customers of different types or the queue GI/H_m/s", Advances in
   Applied Probability 15, 392-419.
.. [2] D. Bertsimas (1990), "An analytic approach to a general class of G/G/s queueing systems", Operations Research 38,
   139-155, doi:10.1287/opre.38.1.139.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper, kernel
from hubcalc.queueing._phase_algebra import eliminate

Law: TypeAlias = tuple[FloatArray, FloatArray, FloatArray]
IntArray: TypeAlias = NDArray[np.int64]

_MOST_STEPS = 200
_MOST_POWERS = 1000
_ROUNDING = 4e-16
_FOUND = 1e-11  # of the excess


@helper
def transform(theta: float, initial: FloatArray, within: FloatArray, exits: FloatArray) -> tuple[float, float]:
    """Return (1 - A*(theta)) / theta and A*(theta) of a law whose phases are passed in order."""
    stays = np.empty(initial.size)
    left, ends = 0.0, 0.0
    for j in range(initial.size):
        stay = initial[j]
        for i in range(j):
            stay += stays[i] * within[i, j]
        stays[j] = stay / (theta - within[j, j])
        left += stays[j]
        ends += stays[j] * exits[j]
    return left, ends


@helper
def two_modes(
    left: float, ends: float, theta: float, initial: FloatArray, within: FloatArray, exits: FloatArray
) -> tuple[float, float, float, float, float, float]:
    """Return the lesser eigenvalue over theta, the greater, and both left eigenvectors, for one or two phases."""
    w = theta * left
    if initial.size == 1:
        return left * exits[0], 0.0, 1.0, 0.0, 0.0, 0.0
    onward = within[0, 1] + ends * exits[0] * initial[1]
    back = within[1, 0] + ends * exits[1] * initial[0]
    first, second = onward + w * exits[0], back + w * exits[1]
    spread = first - second
    root = np.sqrt(spread * spread + 4.0 * onward * back)
    greater = 0.5 * (first + second + root)
    lesser = left * (exits[1] * onward + exits[0] * back + w * exits[0] * exits[1]) / greater
    apart = 0.5 * (abs(spread) + root)
    if spread >= 0.0:
        return lesser, greater, back, apart, apart, -onward
    return lesser, greater, apart, onward, back, -apart


@helper
def least_mode(
    left: float, ends: float, theta: float, initial: FloatArray, within: FloatArray, exits: FloatArray, mode: FloatArray
) -> float:
    """Return the least eigenvalue over theta, and fill its left eigenvector, by inverse iteration; nan if it fails."""
    size = initial.size
    matrix, previous = np.empty((size, size)), np.empty(size)
    for i in range(size):
        own = theta * left * exits[i]
        for j in range(size):
            if j != i:
                rate = within[i, j] + ends * exits[i] * initial[j]
                matrix[j, i] = -rate
                own += rate
        matrix[i, i] = own
    eliminate(matrix, size)
    for _ in range(_MOST_POWERS):
        for k in range(size):
            previous[k] = mode[k]
        for k in range(size):
            for i in range(k + 1, size):
                mode[i] -= matrix[i, k] * mode[k]
        total = 0.0
        for k in range(size - 1, -1, -1):
            for j in range(k + 1, size):
                mode[k] -= matrix[k, j] * mode[j]
            mode[k] /= matrix[k, k]
            total += mode[k]
        change = 0.0
        for k in range(size):
            mode[k] /= total
            change = max(change, abs(mode[k] - previous[k]))
        if change <= _ROUNDING:
            ending = 0.0
            for k in range(size):
                ending += mode[k] * exits[k]
            return left * ending
    for k in range(size):
        mode[k] = 1.0 / size
    return np.nan


@helper
def excess(
    theta: float,
    greater: int,
    servers: int,
    interval: Law,
    service: Law,
    mode: FloatArray,
) -> float:
    """Return the sum of eigenvalues at a trial theta, over theta, less one; `greater` of them are the greater."""
    left, ends = transform(theta, *interval)
    if mode.size > 2:
        return servers * least_mode(left, ends, theta, *service, mode) - 1.0
    lesser, other, zero, one, _, _ = two_modes(left, ends, theta, *service)
    mode[-1] = one
    mode[0] = zero
    return (servers - greater) * lesser + greater * other / theta - 1.0


@helper
def mode_rate(guess: float, greater: int, servers: int, interval: Law, service: Law, mode: FloatArray) -> float:
    """Return the theta of a mode, by doubling or halving a guess and then false position; 0 if it is not found."""
    low, high, below, above = 0.0, np.inf, 0.0, 0.0
    trial, value, side = guess, np.nan, 0
    for _ in range(_MOST_STEPS):
        value = excess(trial, greater, servers, interval, service, mode)
        if value > 0.0:
            if side > 0:
                above *= 0.5
            low, below, side = trial, value, 1
        else:
            if side < 0:
                below *= 0.5
            high, above, side = trial, value, -1
        if value == 0.0 or high * (1.0 - _ROUNDING) <= low:
            break
        if low == 0.0:
            trial = 0.25 * high
        elif high == np.inf:
            trial = 2.0 * low
        else:
            trial = high * low * (below - above) / (below * low - above * high)  # straight in 1 / theta
            if not low < trial < high:
                trial = 0.5 * (low + high)
    return trial if abs(value) <= _FOUND else 0.0


@helper
def symmetric_product(lesser: int, pair: tuple[float, ...], row: FloatArray) -> None:
    """Fill a row with the product of `lesser` vectors of one kind and else of the other, by number in phase 0."""
    for i in range(row.size):
        row[i] = 0.0
    row[0] = 1.0
    for k in range(row.size - 1):
        zero, one = (pair[0], pair[1]) if k < lesser else (pair[2], pair[3])
        scale = 1.0 / (abs(zero) + abs(one))
        for i in range(k + 1, 0, -1):
            row[i] = scale * (row[i] * one + row[i - 1] * zero)
        row[0] *= scale * one


@helper
def fill_exits(within: FloatArray, exits: FloatArray) -> bool:
    """Fill the rates at which phases are left for good; say whether they are passed in order."""
    in_order = True
    for i in range(len(within)):
        rate = 0.0
        for j in range(len(within)):
            rate -= within[i, j]
            in_order = in_order and (j >= i or within[i, j] == 0.0)
        exits[i] = max(rate, 0.0)
    return in_order


@kernel(
    "void(f8[:,::1], f8[:,:,::1], f8[:,::1], f8[:,:,::1], i8, i8[:,::1], f8[::1], "
    "f8[:,::1], f8[:,::1], f8[:,::1], b1[::1])"
)
def find_modes(
    starts: FloatArray,
    between: FloatArray,
    initials: FloatArray,
    withins: FloatArray,
    servers: int,
    counts: IntArray,
    ways: FloatArray,
    means: FloatArray,
    thetas: FloatArray,
    modes: FloatArray,
    sound: NDArray[np.bool_],
) -> None:
    """Fill the means of both laws, the rates of the modes, and of the least mode the row over states, where `sound`.

    `sound` becomes False where phases are not passed in order.
    """
    served, size = initials.shape[1], len(counts)
    ends, finishes, mode = np.empty(starts.shape[1]), np.empty(served), np.empty(served)
    for place in range(len(starts)):
        interval = (starts[place], between[place], ends)
        service = (initials[place], withins[place], finishes)
        sound[place] &= fill_exits(between[place], ends) & fill_exits(withins[place], finishes)
        if not sound[place]:
            continue
        means[place, 0], means[place, 1] = transform(0.0, *interval)[0], transform(0.0, *service)[0]
        theta = servers / means[place, 1] - 1.0 / means[place, 0]
        mode[:] = 1.0 / served
        for k in range(thetas.shape[1]):
            theta = mode_rate(theta, k, servers, interval, service, mode)
            thetas[place, k] = theta
            if k == 0:
                total, sum_of_ways = 0.0, 0.0
                for i in range(served):
                    total += mode[i]
                for u in range(size):
                    way = ways[u]
                    for i in range(served):
                        way *= (mode[i] / total) ** counts[u, i]
                    modes[place, u] = way
                    sum_of_ways += way
                for u in range(size):
                    modes[place, u] /= sum_of_ways
