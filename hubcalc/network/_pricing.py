"""Looking for the cheapest path of each demand when capacities have prices."""

from dataclasses import dataclass

import numpy as np

from hubcalc.network._adjacency import Adjacency, Integers, node_potentials, reduced, unique_pairs
from hubcalc.network._columns import Columns
from hubcalc.network._search_kernel import grow_trees, search_paths
from hubcalc.network.graph import Demands, Floats, Network


@dataclass(frozen=True, slots=True, eq=False)
class Pricing:
    """Searches for paths, guided by the distances at the costs without prices.

    There is one tree of distances for each pair of destination and class, or of origin and class if those are fewer;
    then paths are searched from their ends.
    """

    graph: Adjacency
    backward: bool
    origins: Integers
    destinations: Integers
    classes: Integers
    rows: Integers
    ahead: Floats
    """Distances to the end at which the search aims, shape (trees, nodes)."""
    shift: Floats
    """What a path of each demand costs beyond its reduced costs."""
    costs: Floats
    """Reduced costs without prices, by place, shape (classes, links)."""

    @classmethod
    def of(cls, network: Network, demands: Demands, costs: Floats) -> "Pricing":
        """Prepare the searches: potentials where costs are negative, then a tree of distances for each end."""
        classes = np.asarray(demands.classes, np.int64)
        begins, ends = np.asarray(demands.origins, np.int64), np.asarray(demands.destinations, np.int64)
        potentials = np.array([node_potentials(network, each) for each in costs]).reshape(len(costs), network.nodes)
        shift = potentials[classes, ends] - potentials[classes, begins]
        usable = np.array([reduced(network, *pair) for pair in zip(costs, potentials, strict=True)])
        usable = usable.reshape(costs.shape)
        by_destination, by_origin = unique_pairs(ends, classes), unique_pairs(begins, classes)
        backward = by_origin[0].size < by_destination[0].size
        nodes, kinds, rows = by_origin if backward else by_destination
        away = Adjacency.of(network, backward=not backward)
        ahead, via = np.empty((nodes.size, network.nodes)), np.empty((nodes.size, network.nodes), np.int64)
        grow_trees(away.starts, away.ends, np.ascontiguousarray(usable[:, away.links]), nodes, kinds, ahead, via)
        graph = Adjacency.of(network, backward=backward)
        if backward:
            begins, ends = ends, begins
        return cls(graph, backward, begins, ends, classes, rows, ahead, shift, usable[:, graph.links])

    def distances(self) -> Floats:
        """Give the cost of the cheapest path of each demand without prices; inf where there is none."""
        return self.ahead[self.rows, self.origins] + self.shift

    def cheapest(self, prices: Floats, limits: Floats) -> tuple[Floats, Columns]:
        """Find the cheapest path of each demand where it costs less than its limit.

        `prices` (classes, links) come on top of the costs; inf closes a link. Returns the costs, the limit where there
        is no cheaper path, and the paths that there are.
        """
        costs = np.ascontiguousarray(self.costs + prices[:, self.graph.links])
        found, sizes = np.empty(self.origins.size), np.empty(self.origins.size, np.int64)
        places = search_paths(
            self.graph.starts,
            self.graph.begins,
            self.graph.ends,
            costs,
            self.ahead,
            self.origins,
            self.destinations,
            self.classes,
            self.rows,
            limits - self.shift,
            found,
            sizes,
        )
        demands = np.flatnonzero(found < np.inf)
        links = self.graph.links[places]
        if self.backward and links.size:
            links = np.concatenate([part[::-1] for part in np.split(links, np.cumsum(sizes)[:-1])])
        return np.minimum(found + self.shift, limits), Columns(links, sizes[demands], demands)
