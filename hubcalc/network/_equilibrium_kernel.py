"""Kernels of path flows: paths of one demand stand together, those of demand d at `starts[d]` to `starts[d + 1]`.

The links of path p stand at `first[p]` to `first[p + 1]`, from the destination to the origin.
"""

import numpy as np
from numpy.typing import NDArray

from hubcalc.compiled import helper, kernel
from hubcalc.network._adjacency import Integers
from hubcalc.network.graph import Floats

Booleans = NDArray[np.bool_]


@kernel("void(i8[::1], i8[::1], i8[::1], i8[:,::1], i8[::1], i8[::1])", allocates=False)
def tree_path_sizes(
    origins: Integers, destinations: Integers, trees: Integers, last: Integers, begins: Integers, sizes: Integers
) -> None:
    """Count the links of each demand's path in its tree."""
    for demand in range(origins.size):
        node, size = destinations[demand], 0
        while node != origins[demand]:
            node = begins[last[trees[demand], node]]
            size += 1
        sizes[demand] = size


@kernel(
    "void(i8[::1], i8[::1], i8[::1], i8[:,::1], i8[::1], i8[::1], i8[::1], i8[::1], i8[::1], f8[::1], b1[::1], "
    "b1[::1], i8[::1], i8[::1], i8[::1], f8[::1])",
    allocates=False,
)
def repack(
    origins: Integers,
    destinations: Integers,
    trees: Integers,
    last: Integers,
    begins: Integers,
    place_links: Integers,
    old_starts: Integers,
    old_first: Integers,
    old_links: Integers,
    old_flows: Floats,
    kept: Booleans,
    added: Booleans,
    starts: Integers,
    first: Integers,
    links: Integers,
    flows: Floats,
) -> None:
    """Copy the paths that are kept, and add the path in its tree of each demand that gets one, with flow 0."""
    path, size = 0, 0
    starts[0] = 0
    first[0] = 0
    for demand in range(origins.size):
        for old in range(old_starts[demand], old_starts[demand + 1]):
            if kept[old]:
                for i in range(old_first[old], old_first[old + 1]):
                    links[size] = old_links[i]
                    size += 1
                flows[path] = old_flows[old]
                path += 1
                first[path] = size
        if added[demand]:
            node = destinations[demand]
            while node != origins[demand]:
                place = last[trees[demand], node]
                links[size] = place_links[place]
                size += 1
                node = begins[place]
            flows[path] = 0.0
            path += 1
            first[path] = size
        starts[demand + 1] = path


@kernel("void(i8[::1], i8[::1], i8[::1], i8[::1], f8[::1], f8[:,::1])", allocates=False)
def add_path_flows(
    starts: Integers, first: Integers, links: Integers, classes: Integers, flows: Floats, class_flows: Floats
) -> None:
    """Sum the flows of all paths on each link, by class."""
    class_flows[:] = 0.0
    for demand in range(classes.size):
        for path in range(starts[demand], starts[demand + 1]):
            for i in range(first[path], first[path + 1]):
                class_flows[classes[demand], links[i]] += flows[path]


@kernel("void(i8[::1], i8[::1], i8[::1], i8[::1], f8[:,::1], f8[::1])", allocates=False)
def sum_along_paths(
    starts: Integers, first: Integers, links: Integers, classes: Integers, values: Floats, sums: Floats
) -> None:
    """Sum the values of its class over the links of each path."""
    for demand in range(classes.size):
        for path in range(starts[demand], starts[demand + 1]):
            total = 0.0
            for i in range(first[path], first[path + 1]):
                total += values[classes[demand], links[i]]
            sums[path] = total


@helper
def _cost(links: Integers, begin: int, end: int, costs: Floats) -> float:
    """Sum the costs of the links of a path."""
    total = 0.0
    for i in range(begin, end):
        total += costs[links[i]]
    return total


@helper
def _move(link: int, units: float, valued: float, knots: Floats, tables: Floats, state: Floats) -> None:
    """Add link units and valued demand units to a link, and read its delay and slope off its table."""
    state[0, link] += units
    state[1, link] += valued
    flow, at = state[0, link], 0
    while at + 2 < knots.shape[1] and knots[link, at + 1] <= flow:
        at += 1
    width = knots[link, at + 1] - knots[link, at]
    for j in range(2):
        rise = (tables[j, link, at + 1] - tables[j, link, at]) / width
        state[2 + j, link] = tables[j, link, at] + rise * (flow - knots[link, at])
        state[4 + j, link] = rise


@helper
def _curve(link: int, load: float, value: float, marginal: float, state: Floats) -> float:
    """Return how the cost of a link rises with the flow of a class."""
    social = state[5, link] * state[1, link] * load + state[3, link] * value
    return float(load * (value * state[4, link] + marginal * social))


@helper
def _link_cost(link: int, load: float, value: float, money: float, marginal: float, state: Floats) -> float:
    """Return the cost of a link for a class; with what the others lose, if marginal is 1."""
    return float(money + value * state[2, link] + marginal * load * state[3, link] * state[1, link])


@kernel(
    "void(i8[::1], i8[::1], i8[::1], i8[::1], f8[:,::1], f8[:,::1], f8[::1], f8, f8[:,::1], f8[:,:,::1], f8[:,::1], "
    "f8[::1], i8, f8)"
)
def balance_paths(
    starts: Integers,
    first: Integers,
    links: Integers,
    classes: Integers,
    loads: Floats,
    money: Floats,
    values: Floats,
    marginal: float,
    knots: Floats,
    tables: Floats,
    state: Floats,
    flows: Floats,
    sweeps: int,
    tolerance: float,
) -> None:
    """Move flow to the cheapest path of each demand, one demand after the other, until little can be gained.

    `tables` holds delays and their slopes at the `knots` of each link; `state` the link units, the demand units
    weighted by the values of time, the delay, its slope, and how both rise. Each shift is a Newton step on the
    difference of two paths, taken back in part where it goes too far. It ends when the cost above the cheapest paths'
    is `tolerance` of what it was before the first sweep.
    """
    stamp = np.full(knots.shape[0], -1)
    goal = 0.0
    for link in range(knots.shape[0]):
        _move(link, 0.0, 0.0, knots, tables, state)
    costs = np.empty(knots.shape[0])
    for sweep in range(sweeps):
        excess = 0.0
        for demand in range(classes.size):
            k, begin, end = classes[demand], starts[demand], starts[demand + 1]
            if end - begin < 2:
                continue
            least, best, total, amount = np.inf, begin, 0.0, 0.0
            for path in range(begin, end):
                for i in range(first[path], first[path + 1]):
                    link = links[i]
                    costs[link] = _link_cost(link, loads[k, link], values[k], money[k, link], marginal, state)
                cost = _cost(links, first[path], first[path + 1], costs)
                total += cost * flows[path]
                amount += flows[path]
                if cost < least:
                    least, best = cost, path
            excess += total - least * amount
            for i in range(first[best], first[best + 1]):
                stamp[links[i]] = best
            for path in range(begin, end):
                if path != best and flows[path] > 0.0:
                    _shift(
                        first, links, path, best, k, loads, money, values, marginal, knots, tables, state, flows, stamp
                    )
            for i in range(first[best], first[best + 1]):
                stamp[links[i]] = -1
        if sweep == 0:
            goal = tolerance * excess
        elif excess <= goal:
            break


@helper
def _difference(
    first: Integers,
    links: Integers,
    path: int,
    best: int,
    k: int,
    loads: Floats,
    money: Floats,
    values: Floats,
    marginal: float,
    state: Floats,
    stamp: Integers,
) -> tuple[float, float]:
    """Return how much dearer a path is than the best one, and how that falls with a shift between them."""
    excess, curve = 0.0, 0.0
    for i in range(first[best], first[best + 1]):
        link = links[i]
        excess -= _link_cost(link, loads[k, link], values[k], money[k, link], marginal, state)
        curve += _curve(link, loads[k, link], values[k], marginal, state)
    for i in range(first[path], first[path + 1]):
        link = links[i]
        part = _curve(link, loads[k, link], values[k], marginal, state)
        excess += _link_cost(link, loads[k, link], values[k], money[k, link], marginal, state)
        curve += -part if stamp[link] == best else part
    return excess, curve


@helper
def _shift(
    first: Integers,
    links: Integers,
    path: int,
    best: int,
    k: int,
    loads: Floats,
    money: Floats,
    values: Floats,
    marginal: float,
    knots: Floats,
    tables: Floats,
    state: Floats,
    flows: Floats,
    stamp: Integers,
) -> None:
    """Shift flow from a path to the best one until both cost the same, or nothing is left."""
    low, high, done = 0.0, flows[path], 0.0
    for _ in range(6):
        excess, curve = _difference(first, links, path, best, k, loads, money, values, marginal, state, stamp)
        if done == 0.0:
            if excess <= 0.0:
                return
            start = excess
        if excess > 0.0:
            low = done
        else:
            high = done
        if (abs(excess) <= 0.1 * start and done > 0.0) or (done == flows[path] and excess > 0.0):
            break
        aim = high
        if curve > 0.0:
            aim = done + excess / curve
        if aim >= high:  # what is left, or back to the middle
            aim = high if high == flows[path] else 0.5 * (low + high)
        elif aim <= low and done > 0.0:
            aim = 0.5 * (low + high)
        step = aim - done
        if step == 0.0:
            break
        for i in range(first[path], first[path + 1]):
            if stamp[links[i]] != best:
                _move(links[i], -step * loads[k, links[i]], -step * values[k], knots, tables, state)
            else:
                stamp[links[i]] = -2
        for i in range(first[best], first[best + 1]):
            if stamp[links[i]] == best:
                _move(links[i], step * loads[k, links[i]], step * values[k], knots, tables, state)
            else:
                stamp[links[i]] = best
        done = aim
    flows[best] += done
    flows[path] -= done
