"""Links sorted by the node where they begin, and what makes costs non-negative."""

from dataclasses import dataclass
from itertools import count
from typing import Self

import numpy as np
from numpy.typing import NDArray

from hubcalc.errors import ArgumentError, Problem, RefusedError
from hubcalc.network.graph import Floats, Indices, Network

Integers = NDArray[np.int64]

_CHECK_EVERY = 16
"""Rounds of Bellman and Ford between two looks for a cycle."""


@dataclass(frozen=True, slots=True, eq=False)
class Adjacency:
    """Links by place: those that begin at node v stand at places `starts[v]` to `starts[v + 1]`."""

    starts: Integers
    links: Integers
    begins: Integers
    ends: Integers

    @classmethod
    def of(cls, network: Network, *, backward: bool = False) -> Self:
        """Sort the links of a network by their tails, or, turned around, by their heads."""
        begins, ends = (network.heads, network.tails) if backward else (network.tails, network.heads)
        links = np.argsort(begins, kind="stable").astype(np.int64)
        counts = np.bincount(begins, minlength=network.nodes)
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return cls(starts, links, np.asarray(begins, np.int64)[links], np.asarray(ends, np.int64)[links])


def checked_costs(name: str, costs: Floats, shape: tuple[int, ...]) -> Floats:
    """Return costs of a shape; inf stands for a link that cannot be used."""
    column = np.asarray(costs, dtype=np.float64)
    if column.shape != shape:
        raise ArgumentError(f"{name}: shape {column.shape}; {shape} is needed")
    wrong = np.flatnonzero(np.isnan(column) | (column == -np.inf))
    if wrong.size:
        message = f"{column.flat[wrong[0]]} at position {wrong[0]}"
        raise ArgumentError.of(Problem(message, parameter=name, allowed="numbers, or inf where a link is closed"))
    return column


def node_potentials(network: Network, costs: Floats) -> Floats:
    """Return p with costs + p[tail] - p[head] >= 0 on every link, by the method of Bellman and Ford.

    Raises
    ------
    RefusedError
        If there is a cycle of negative cost: no path is the cheapest then. It names the links of one.

    References
    ----------
    .. [1] B. V. Cherkassky, A. V. Goldberg (1999), "Negative-cycle detection algorithms", Mathematical Programming 85,
       277-311, doi:10.1007/s101070050058.
    """
    potentials, last = np.zeros(network.nodes), np.full(network.nodes, -1, np.int64)
    usable = np.flatnonzero(costs < np.inf)
    tails, heads, usable_costs = network.tails[usable], network.heads[usable], costs[usable]
    # a sum of as many roundings as a path has links is no reason for another round
    tolerance = 1e-12 * float(np.abs(usable_costs).max(initial=0.0))
    if not (usable_costs < 0.0).any():
        return potentials
    for round_number in count(1):
        through = potentials[tails] + usable_costs
        better = np.flatnonzero(through < potentials[heads] - tolerance)
        if not better.size:
            return potentials
        # the last of equal indices stays: the best one, if they are sorted from worse to better
        better = better[np.argsort(-through[better], kind="stable")]
        potentials[heads[better]] = through[better]
        last[heads[better]] = usable[better]
        # if there is a negative cycle, the last links hold a cycle from some round on, and for good [1]_
        if round_number % _CHECK_EVERY == 0 and (cycle := _cycle(network, last)):
            total = float(costs[cycle].sum())
            message = f"links {', '.join(map(str, cycle))} make a cycle of cost {total:g}: no path is the cheapest"
            raise RefusedError.of(Problem(message, parameter="costs", allowed="no cycle of negative cost"))
    raise AssertionError


def _cycle(network: Network, last: Integers) -> list[int]:
    """Find a cycle among the last links of the nodes, each in its direction; empty if there is none."""
    state = np.zeros(network.nodes, np.int64)
    for start in range(network.nodes):
        node, walk = start, start + 1
        while state[node] == 0 and last[node] >= 0:
            state[node] = walk
            node = int(network.tails[last[node]])
        if state[node] == walk and last[node] >= 0:
            cycle, end = [int(last[node])], node
            while (node := int(network.tails[cycle[-1]])) != end:
                cycle.append(int(last[node]))
            return cycle[::-1]
        state[node] = state[node] or walk
    return []


def reduced(network: Network, costs: Floats, potentials: Floats) -> Floats:
    """Return the costs that potentials make non-negative; what rounding leaves below zero is zero."""
    return np.maximum(costs + potentials[network.tails] - potentials[network.heads], 0.0)


def unique_pairs(first: Indices, second: Indices) -> tuple[Integers, Integers, Integers]:
    """Return the distinct pairs, and for each position which pair it is."""
    pairs, which = np.unique(np.stack([first, second]), axis=1, return_inverse=True)
    return pairs[0].astype(np.int64), pairs[1].astype(np.int64), which.ravel().astype(np.int64)
