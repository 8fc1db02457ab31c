"""Column generation for equilibria: the cheapest paths are added in turn, and the flows of those known are balanced."""

from dataclasses import dataclass

import numpy as np

from hubcalc.network._equilibrium_costs import ClassCosts
from hubcalc.network._equilibrium_kernel import balance_paths
from hubcalc.network._equilibrium_paths import PathSet, Trees
from hubcalc.network.graph import Demands, Floats, Network

_SWEEPS = 40
_GAIN = 0.05
"""Cost above the cheapest paths' at which sweeps end: its share of what it was before them."""


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """Where a search has ended."""

    paths: PathSet
    trees: Trees
    class_flows: Floats
    costs: Floats
    least_costs: Floats
    gap: float
    iterations: int


def search(network: Network, demands: Demands, costs: ClassCosts, gap: float, most_iterations: int) -> Search:
    """Find path flows at which the relative gap is at most `gap`."""
    trees = Trees(network, demands, costs.values.size)
    paths = PathSet.empty(demands.size)
    class_flows = np.zeros_like(costs.loads)
    largest = float((demands.per_day[:, None] * costs.loads[demands.classes]).sum(axis=0).max())
    scales = np.minimum(network.capacities, largest) + 1e-9 * (largest + 1.0)
    iteration = 0
    while True:
        link_costs = costs.costs(class_flows)
        least = trees.least_costs(link_costs)
        path_costs = trees.path_sums(paths, link_costs)
        if paths.flows.size:
            total = float(paths.flows @ path_costs)
            found = max(0.0, 1.0 - float(demands.per_day @ least) / total) if total > 0.0 else 0.0
            if found <= gap or iteration >= most_iterations:
                return Search(paths, trees, class_flows, link_costs, least, found, iteration)
        iteration += 1
        paths = _with_cheapest(trees, paths, demands, path_costs, least)
        class_flows = _balanced(trees, paths, costs, scales)


def _with_cheapest(trees: Trees, paths: PathSet, demands: Demands, path_costs: Floats, least: Floats) -> PathSet:
    """Add the cheapest path of each demand for which it is cheaper than all that are known."""
    known = np.full(demands.size, np.inf)
    np.minimum.at(known, paths.demands, np.where(paths.flows > 0.0, path_costs, np.inf))
    new = trees.renew(paths, least < known * (1.0 - 1e-13))
    if not paths.flows.size:
        new.flows[:] = demands.per_day
    return new


def _balanced(trees: Trees, paths: PathSet, costs: ClassCosts, scales: Floats) -> Floats:
    """Balance the flows of known paths; change them, and return those by class."""
    knots, tables, state = costs.tables(trees.class_flows(paths), scales)
    given = paths.starts, paths.first, paths.links, trees.classes, costs.loads, costs.money, costs.values
    marginal = 1.0 if costs.marginal else 0.0
    balance_paths(*given, marginal, knots, tables, state, paths.flows, _SWEEPS, _GAIN)
    return trees.class_flows(paths)
