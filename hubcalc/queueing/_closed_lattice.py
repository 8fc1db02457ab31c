"""Product form of closed networks on the lattice of populations, in logarithms: no overflow and no cancellation."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from hubcalc.arguments import FloatArray

IntArray = NDArray[np.intp]


class LatticeState(NamedTuple):
    """What the product form gives for columns: classes and stations along the last axes."""

    throughput: FloatArray  # by class
    number: FloatArray  # by class and station
    waiting: FloatArray  # by class and station


def _log_sum(terms: FloatArray, axes: tuple[int, ...]) -> FloatArray:
    """Return the logarithm of a sum, given the logarithms of its terms."""
    top = terms.max(axis=axes, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore", under="ignore"):
        total = np.log(np.exp(terms - top).sum(axis=axes))
    return np.asarray(total + top.reshape(total.shape))


def _convolved(one: FloatArray, other: FloatArray) -> FloatArray:
    """Return the logarithm of the convolution of two columns over the lattice; the column is the first axis."""
    result, axes = np.empty_like(one), tuple(range(1, one.ndim))
    for point in np.ndindex(one.shape[1:]):
        below = (slice(None), *(slice(0, n + 1) for n in point))
        back = (slice(None), *(slice(n, None, -1) for n in point))
        result[(slice(None), *point)] = _log_sum(one[below] + other[back], axes)
    return result


def _weights(demand: FloatArray, servers: FloatArray, counts: FloatArray) -> FloatArray:
    """Return the log weight of each population at one station: |n|! / (n_1! ...) D^n / (mu(1) ... mu(|n|))."""
    total = counts.sum(axis=0).astype(np.int64)
    at_once = np.minimum(np.arange(1, int(total.max()) + 1), servers[:, None])
    rates = np.concatenate([np.zeros((servers.size, 1)), np.cumsum(np.log(at_once), axis=1)], axis=1)
    shape = (-1, *(1 for _ in total.shape))
    result = gammaln(total + 1.0) - rates[:, total]
    with np.errstate(divide="ignore"):
        log_demand = np.log(demand)
    for k, n in enumerate(counts):
        power = np.where(n > 0, n * np.where(n > 0, log_demand[:, k].reshape(shape), 0.0), 0.0)
        result = result + power - gammaln(n + 1.0)
    return np.asarray(result)


def solve_lattice(population: FloatArray, demand: FloatArray, servers: FloatArray) -> LatticeState:
    """Solve columns: population (column, class), demand (column, class, station), servers (column, station)."""
    columns, classes, stations = demand.shape
    top = tuple(int(n) for n in population.max(axis=0))
    counts = np.stack(np.meshgrid(*(np.arange(n + 1.0) for n in top), indexing="ij"))
    # demands in units of the class's largest one per server: all logarithms stay small
    everyone = np.maximum(population.sum(axis=1), 1.0)[:, None, None]
    unit = (demand / np.minimum(servers[:, None, :], everyone)).max(axis=2, keepdims=True)
    unit = np.where(unit > 0.0, unit, 1.0)
    weights = [_weights(demand[:, :, i] / unit[:, :, 0], servers[:, i], counts) for i in range(stations)]
    nobody = np.where(counts.sum(axis=0) == 0.0, 0.0, -np.inf) + np.zeros((columns, *(1 for _ in top)))
    before, after = [nobody], [nobody]
    for i in range(stations):
        before.append(_convolved(before[-1], weights[i]))
        after.append(_convolved(after[-1], weights[stations - 1 - i]))
    constant = before[-1]
    here = population.astype(np.int64)
    rows = np.arange(columns)
    at_all = constant[(rows, *here.T)]
    throughput = np.zeros((columns, classes))
    for k in range(classes):
        fewer = here.copy()
        fewer[:, k] = np.maximum(here[:, k] - 1, 0)
        ratio = np.exp(constant[(rows, *fewer.T)] - at_all) / unit[:, k, 0]
        throughput[:, k] = np.where(here[:, k] > 0, ratio, 0.0)
    empty = np.zeros((columns, classes, stations))
    state = LatticeState(throughput, empty, empty.copy())
    kinds, kind = np.unique(here, axis=0, return_inverse=True)
    for i in range(stations):
        others = _convolved(before[i], after[stations - 1 - i])
        for number, own in enumerate(kinds):
            alike = np.flatnonzero(kind.ravel() == number)
            box = tuple(slice(0, n + 1) for n in own)
            here_box: tuple[Any, ...] = (alike, *box)
            back: tuple[Any, ...] = (alike, *(slice(n, None, -1) for n in own))
            at = at_all[alike].reshape(-1, *(1 for _ in own))
            with np.errstate(under="ignore"):
                share = np.exp(weights[i][here_box] + others[back] - at)
            _measure(state, share, counts[(slice(None), *box)], alike, i, servers[alike, i])
    return state


def _measure(
    state: LatticeState, share: FloatArray, counts: FloatArray, columns: IntArray, i: int, servers: FloatArray
) -> None:
    """Write the means of one station in some columns, from the probabilities of its populations."""
    axes = tuple(range(1, share.ndim))
    total = counts.sum(axis=0)
    excess = np.maximum(total - servers.reshape(-1, *(1 for _ in axes)), 0.0) / np.maximum(total, 1.0)
    for k, n in enumerate(counts):
        state.number[columns, k, i] = (share * n).sum(axis=axes)
        state.waiting[columns, k, i] = (share * n * excess).sum(axis=axes)


def lattice_size(population: FloatArray) -> int:
    """Return the number of populations in the box up to the largest of each class."""
    size = 1
    for n in population.reshape(-1, population.shape[-1]).max(axis=0):
        size *= int(n) + 1
    return size
