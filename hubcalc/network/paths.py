"""Cheapest paths, and the next cheapest, over links with costs of any sign."""

import heapq
from dataclasses import dataclass

import numpy as np

from hubcalc.errors import ArgumentError
from hubcalc.network._adjacency import Adjacency, Integers, checked_costs, node_potentials, reduced
from hubcalc.network._search_kernel import grow_trees, search_paths
from hubcalc.network.graph import Floats, Indices, Network


@dataclass(frozen=True, slots=True, eq=False)
class ShortestPaths:
    """Cheapest paths from some origins to all nodes.

    Attributes
    ----------
    network : Network
        What was searched.
    origins : ndarray, shape (origins,)
        Nodes where paths begin.
    costs : ndarray, shape (origins, nodes)
        Cost of the cheapest path; inf where there is no path. [cost units]
    last_links : ndarray of int, shape (origins, nodes)
        Link by which the path comes to the node; -1 at the origin, and where there is no path.
    """

    network: Network
    origins: Indices
    costs: Floats
    last_links: Integers


@dataclass(frozen=True, slots=True)
class Path:
    """One path.

    Attributes
    ----------
    links : tuple of int
        Its links, in the order in which they are passed.
    cost : float
        Sum of their costs. [cost units]
    """

    links: tuple[int, ...]
    cost: float


def shortest_paths(network: Network, costs: Floats, origins: Indices) -> ShortestPaths:
    """Compute the cheapest paths from each origin to all nodes.

    Parameters
    ----------
    network : Network
        Nodes and links. Of parallel links the cheapest is taken; capacities do not matter.
    costs : array, shape (links,)
        Cost of each link, also negative; inf where a link cannot be used. [cost units]
    origins : array of int, shape (origins,)
        Nodes.

    Returns
    -------
    ShortestPaths
        Costs and last links.

    Raises
    ------
    ArgumentError
        If there is not one cost a link, a cost is NaN or -inf, or an origin is no node.
    RefusedError
        If there is a cycle of negative cost anywhere; the message names its links.

    Notes
    -----
    Dijkstra's method [1]_. Negative costs are made non-negative before, by node potentials [2]_.

    Examples
    --------
    >>> network = Network(3, np.array([0, 0, 1]), np.array([1, 2, 2]), np.full(3, np.inf))
    >>> shortest_paths(network, np.array([1.0, 5.0, 2.0]), np.array([0])).costs
    array([[0., 1., 3.]])

    References
    ----------
    .. [1] E. W. Dijkstra (1959), "A note on two problems in connexion with graphs", Numerische Mathematik 1, 269-271,
       doi:10.1007/BF01386390.
    .. [2] D. B. Johnson (1977), "Efficient algorithms for shortest paths in sparse networks", Journal of the ACM 24(1),
       1-13, doi:10.1145/321992.321993.
    """
    costs = checked_costs("costs", costs, (network.links,))
    sources = np.asarray([_node(network, "origins", origin) for origin in origins], np.int64)
    potentials = node_potentials(network, costs)
    adjacency = Adjacency.of(network)
    usable = reduced(network, costs, potentials)[adjacency.links][np.newaxis]
    distances, places = np.empty((sources.size, network.nodes)), np.empty((sources.size, network.nodes), np.int64)
    grow_trees(adjacency.starts, adjacency.ends, usable, sources, np.zeros_like(sources), distances, places)
    distances += potentials - potentials[sources, np.newaxis]
    links = np.append(adjacency.links, -1)[places]
    return ShortestPaths(network, sources, distances, links)


def path_links(paths: ShortestPaths, row: int, node: int) -> tuple[int, ...] | None:
    """Give the links of the cheapest path from an origin to a node, in order; None if there is no path.

    Parameters
    ----------
    paths : ShortestPaths
        What `shortest_paths` found.
    row : int
        Position of the origin.
    node : int
        Where the path ends.

    Returns
    -------
    tuple of int or None
        Links; empty at the origin itself.

    Raises
    ------
    ArgumentError
        If there is no such node or row.

    Examples
    --------
    >>> network = Network(4, np.array([0, 0, 1]), np.array([1, 2, 2]), np.full(3, np.inf))
    >>> paths = shortest_paths(network, np.array([1.0, 5.0, 2.0]), np.array([0]))
    >>> path_links(paths, 0, 2)
    (0, 2)
    >>> path_links(paths, 0, 3) is None
    True
    """
    node = _node(paths.network, "node", node)
    if not 0 <= row < len(paths.origins):
        raise ArgumentError(f"row: {row}; 0 to {len(paths.origins) - 1} is allowed")
    if np.isinf(paths.costs[row, node]):
        return None
    links: list[int] = []
    while (link := int(paths.last_links[row, node])) >= 0:
        links.append(link)
        node = int(paths.network.tails[link])
    return tuple(reversed(links))


def k_shortest_paths(network: Network, costs: Floats, origin: int, destination: int, k: int) -> tuple[Path, ...]:
    """Compute the k cheapest paths between two nodes that visit no node twice.

    Parameters
    ----------
    network : Network
        Nodes and links; paths that differ only in parallel links are different paths.
    costs : array, shape (links,)
        Cost of each link, also negative; inf where a link cannot be used. [cost units]
    origin, destination : int
        Two different nodes.
    k : int
        How many paths are wanted, 1 or more.

    Returns
    -------
    tuple of Path
        Paths from the cheapest on; fewer than k if there are no more, and none if the destination cannot be reached.

    Raises
    ------
    ArgumentError
        If costs, nodes or k are not as above.
    RefusedError
        If there is a cycle of negative cost; the message names its links.

    Notes
    -----
    Yen's method [1]_: each further path leaves a path found before at one of its nodes.

    Examples
    --------
    >>> network = Network(3, np.array([0, 0, 1, 1]), np.array([1, 2, 2, 2]), np.full(4, np.inf))
    >>> [path.links for path in k_shortest_paths(network, np.array([1.0, 5.0, 2.0, 3.0]), 0, 2, 3)]
    [(0, 2), (0, 3), (1,)]

    References
    ----------
    .. [1] J. Y. Yen (1971), "Finding the K shortest loopless paths in a network", Management Science 17(11), 712-716,
       doi:10.1287/mnsc.17.11.712.
    """
    costs = checked_costs("costs", costs, (network.links,))
    origin, destination = _node(network, "origin", origin), _node(network, "destination", destination)
    if origin == destination:
        raise ArgumentError(f"destination: {destination} is the origin; another node is needed")
    if k < 1:
        raise ArgumentError(f"k: {k}; 1 or more is allowed")
    search = _Search(network, costs, destination)
    first = search.cheapest(origin, (), ())
    found: list[tuple[int, ...]] = []
    # sums of different order differ by roundings; ties are settled by the links, so that the order is always the same
    waiting = [] if first is None else [(float(costs[list(first)].sum()), first)]
    known = {first}
    while waiting and len(found) < k:
        _, path = heapq.heappop(waiting)
        found.append(path)
        for length in range(len(path)):
            root, node = path[:length], int(network.tails[path[length]])
            closed = [other[length] for other in found if other[:length] == root and len(other) > length]
            spur = search.cheapest(node, closed, network.tails[list(root)])
            if spur is not None and (*root, *spur) not in known:
                known.add((*root, *spur))
                heapq.heappush(waiting, (float(costs[[*root, *spur]].sum()), (*root, *spur)))
    return tuple(Path(links, float(costs[list(links)].sum())) for links in found)


class _Search:
    """Searches for paths to one destination, with some links closed and some nodes taken out."""

    def __init__(self, network: Network, costs: Floats, destination: int) -> None:
        potentials = node_potentials(network, costs)
        self.adjacency = Adjacency.of(network)
        self.costs = reduced(network, costs, potentials)[self.adjacency.links]
        self.destination = np.array([destination])
        backward = Adjacency.of(network, backward=True)
        costs_back = reduced(network, costs, potentials)[backward.links][np.newaxis]
        self.ahead, via = np.empty((1, network.nodes)), np.empty((1, network.nodes), np.int64)
        grow_trees(backward.starts, backward.ends, costs_back, self.destination, np.zeros(1, np.int64), self.ahead, via)

    def cheapest(
        self, origin: int, closed: list[int] | tuple[()], nodes: Integers | tuple[()]
    ) -> tuple[int, ...] | None:
        """Find the cheapest path that uses none of the closed links and comes to none of the nodes."""
        costs = self.costs.copy()
        costs[np.isin(self.adjacency.links, closed) | np.isin(self.adjacency.ends, nodes)] = np.inf
        one, cost, size = np.zeros(1, np.int64), np.empty(1), np.empty(1, np.int64)
        graph, limits = self.adjacency, np.array([np.inf])
        places = search_paths(
            graph.starts,
            graph.begins,
            graph.ends,
            costs[np.newaxis],
            self.ahead,
            np.array([origin]),
            self.destination,
            one,
            one,
            limits,
            cost,
            size,
        )
        return tuple(map(int, self.adjacency.links[places])) if np.isfinite(cost[0]) else None


def _node(network: Network, name: str, node: int) -> int:
    """Return a node, or raise an error that names the argument."""
    if not 0 <= node < network.nodes:
        raise ArgumentError(f"{name}: {node}; a node from 0 to {network.nodes - 1} is needed")
    return int(node)
