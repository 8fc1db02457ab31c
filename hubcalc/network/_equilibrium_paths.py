"""The paths of all demands with their flows, and the trees that new ones come from."""

from dataclasses import dataclass

import numpy as np

from hubcalc.errors import ArgumentError
from hubcalc.network._adjacency import Adjacency, Integers
from hubcalc.network._equilibrium_kernel import Booleans, add_path_flows, repack, sum_along_paths, tree_path_sizes
from hubcalc.network._search_kernel import grow_trees
from hubcalc.network.graph import Demands, Floats, Network


@dataclass(slots=True, eq=False)
class PathSet:
    """Paths of demands: those of demand d stand at `starts[d]` to `starts[d + 1]`, their links from the end on."""

    starts: Integers
    first: Integers
    links: Integers
    flows: Floats

    @classmethod
    def empty(cls, demands: int) -> "PathSet":
        """Give no paths."""
        return cls(np.zeros(demands + 1, np.int64), np.zeros(1, np.int64), np.empty(0, np.int64), np.empty(0))

    @property
    def demands(self) -> Integers:
        """Give the demand of each path."""
        return np.repeat(np.arange(self.starts.size - 1), np.diff(self.starts))


class Trees:
    """Cheapest paths from every origin of every class, at costs that change."""

    def __init__(self, network: Network, demands: Demands, classes: int) -> None:
        self._adjacency = Adjacency.of(network)
        self._origins = np.array(demands.origins, np.int64)
        self._destinations = np.array(demands.destinations, np.int64)
        self.classes = np.array(demands.classes, np.int64)
        groups = self.classes * network.nodes + self._origins
        found, which = np.unique(groups, return_inverse=True)
        self._trees = which.astype(np.int64)
        self._rows, self._sources = found // network.nodes, found % network.nodes
        self._distances = np.empty((found.size, network.nodes))
        self._last = np.empty((found.size, network.nodes), np.int64)
        self._shape = classes, network.links

    def least_costs(self, costs: Floats) -> Floats:
        """Grow the trees at some costs; return the least cost of each demand, or say which demand has no path."""
        inside = self._adjacency
        by_place = np.ascontiguousarray(costs[:, inside.links])
        grow_trees(inside.starts, inside.ends, by_place, self._sources, self._rows, self._distances, self._last)
        least = self._distances[self._trees, self._destinations]
        lost = np.flatnonzero(np.isinf(least))
        if lost.size:
            i = int(lost[0])
            where = f"node {self._origins[i]} to node {self._destinations[i]}"
            raise ArgumentError(f"demands: demand {i}, from {where}, class {self.classes[i]}, has no path")
        return np.asarray(least)

    def renew(self, paths: PathSet, added: Booleans) -> PathSet:
        """Drop the paths without flow, and add the cheapest paths of some demands."""
        inside, sizes = self._adjacency, np.empty(self._origins.size, np.int64)
        tree_path_sizes(self._origins, self._destinations, self._trees, self._last, inside.begins, sizes)
        kept = paths.flows > 0.0
        count = int(kept.sum() + added.sum())
        size = int(np.diff(paths.first)[kept].sum() + sizes[added].sum())
        new = PathSet(
            np.empty(sizes.size + 1, np.int64), np.empty(count + 1, np.int64), np.empty(size, np.int64), np.empty(count)
        )
        trees = self._origins, self._destinations, self._trees, self._last, inside.begins, inside.links
        old = paths.starts, paths.first, paths.links
        repack(*trees, *old, paths.flows, kept, added, new.starts, new.first, new.links, new.flows)
        return new

    def class_flows(self, paths: PathSet) -> Floats:
        """Sum the flows of paths on each link, by class, shape (classes, links)."""
        flows = np.empty(self._shape)
        add_path_flows(paths.starts, paths.first, paths.links, self.classes, paths.flows, flows)
        return flows

    def path_sums(self, paths: PathSet, values: Floats) -> Floats:
        """Sum values of shape (classes, links) along each path."""
        sums = np.empty(paths.flows.size)
        sum_along_paths(paths.starts, paths.first, paths.links, self.classes, np.ascontiguousarray(values), sums)
        return sums
