"""Largest flows: of one commodity, with the links that limit it, and of many demands at once."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from hubcalc.errors import ArgumentError, Problem, RefusedError
from hubcalc.network._adjacency import Integers
from hubcalc.network._concurrent import common_share
from hubcalc.network.graph import Demands, Floats, Indices, Network
from hubcalc.network.least_cost import LeastCostFlow, LeastCostProblem, least_cost_flow
from hubcalc.network.paths import path_links, shortest_paths


@dataclass(frozen=True, slots=True, eq=False)
class MaximumFlow:
    """The largest flow between two nodes.

    Attributes
    ----------
    per_day : float
        The flow. [link units/day]
    link_flows : ndarray, shape (links,)
        A way to send it. [link units/day]
    cut_links : ndarray of int
        Links of a cut of the same capacity: all are full, and no way leads around them.
    origin_side : ndarray of bool, shape (nodes,)
        Nodes on the origin's side of the cut.
    """

    per_day: float
    link_flows: Floats
    cut_links: Indices
    origin_side: "np.ndarray[tuple[int], np.dtype[np.bool_]]"


@dataclass(frozen=True, slots=True, eq=False)
class CommonShare:
    """The largest share of all demands that fits at once.

    Attributes
    ----------
    share : float
        Of each demand; above 1 all could grow, inf where nothing limits them. [1]
    upper_bound : float
        No larger share fits; equal to `share` but for rounding. [1]
    link_loads : ndarray, shape (links,)
        What this share takes of each capacity; at a share of inf what the demands themselves take. [link units/day]
    weights : ndarray, shape (links,)
        Share gained by a further unit of each capacity; positive only on links that limit the share.
        [1/(link units/day)]
    unreachable : ndarray of int
        Demands above 0 that have no path; the share is 0 then.
    """

    share: float
    upper_bound: float
    link_loads: Floats
    weights: Floats
    unreachable: Integers


def maximum_flow(network: Network, origin: int, destination: int) -> MaximumFlow:
    """Compute the largest flow from one node to another, and the links that limit it.

    Parameters
    ----------
    network : Network
        Nodes, links and capacities.
    origin, destination : int
        Two different nodes.

    Returns
    -------
    MaximumFlow
        Flow and cut; a flow of 0 and an empty cut if there is no path.

    Raises
    ------
    ArgumentError
        If there is no such node, or they are the same.
    RefusedError
        If a path has no capacity at all that limits it; the message names its links.

    Notes
    -----
    The largest flow is as large as the least capacity of a cut [1]_. Both are read from one linear program: nodes whose
    balance has a price are on the side of the destination.

    Examples
    --------
    >>> network = Network(3, np.array([0, 0, 1]), np.array([1, 2, 2]), np.array([4.0, 1.5, 2.0]))
    >>> flow = maximum_flow(network, 0, 2)
    >>> flow.per_day, flow.cut_links.tolist()
    (3.5, [1, 2])

    References
    ----------
    .. [1] L. R. Ford, D. R. Fulkerson (1956), "Maximal flow through a network", Canadian Journal of Mathematics 8,
       399-404, doi:10.4153/CJM-1956-045-5.
    """
    for name, node in (("origin", origin), ("destination", destination)):
        if not 0 <= node < network.nodes:
            raise ArgumentError(f"{name}: {node}; a node from 0 to {network.nodes - 1} is needed")
    if origin == destination:
        raise ArgumentError(f"destination: {destination} is the origin; another node is needed")
    _refuse_unlimited(network, origin, destination)
    links = np.arange(network.links)
    ends = np.concatenate([network.tails, network.heads]), np.concatenate([links, links])
    signs = np.repeat([-1.0, 1.0], network.links)
    arrives: Any = csr_array((signs, ends), shape=(network.nodes, network.links))
    inner = np.setdiff1d(np.arange(network.nodes), [origin, destination])
    scale = float(network.capacities[np.isfinite(network.capacities)].max(initial=0.0)) or 1.0
    found = linprog(
        -arrives[[destination]].toarray()[0],
        A_eq=arrives[inner] if inner.size else None,
        b_eq=np.zeros(inner.size) if inner.size else None,
        bounds=[(0.0, float(most)) for most in network.capacities / scale],
        method="highs-ds",
    )
    if found.status != 0 or found.x is None or found.fun is None:
        raise RefusedError(f"the largest flow was not found: {found.message}")
    behind = np.zeros(network.nodes)
    behind[destination] = 1.0
    if inner.size:
        # a basic solution prices every node with 0 or 1, up to the sign
        behind[inner] = np.abs(found.eqlin.marginals)
    origin_side = behind < 0.5
    cut = np.flatnonzero(origin_side[network.tails] & ~origin_side[network.heads])
    flows = np.clip(found.x, 0.0, None) * scale
    return MaximumFlow(max(-float(found.fun) * scale, 0.0), flows, cut, origin_side)


def _refuse_unlimited(network: Network, origin: int, destination: int) -> None:
    """Raise an error if there is a path of links without a finite capacity."""
    costs = np.where(np.isinf(network.capacities), 1.0, np.inf)
    links = path_links(shortest_paths(network, costs, np.array([origin])), 0, destination)
    if links is not None:
        message = f"nothing limits the flow over links {', '.join(map(str, links))}"
        raise RefusedError.of(Problem(message, parameter="capacities", allowed="a finite capacity on every path"))


def largest_common_share(network: Network, demands: Demands, loads: Floats) -> CommonShare:
    r"""Compute the largest share of all demands, the same for each, that fits at once.

    Parameters
    ----------
    network : Network
        Nodes, links and capacities.
    demands : Demands
        What wants to cross it.
    loads : array, shape (classes, links)
        Capacity that a unit of each class takes of each link, 0 or more; inf where the class cannot pass.
        [link units/demand unit]

    Returns
    -------
    CommonShare
        The share, and what limits it.

    Raises
    ------
    ArgumentError
        If shapes do not fit, or a load is negative or NaN.

    Notes
    -----
    The maximum concurrent flow [1]_, by column generation. With weights w >= 0 on capacities C,

    .. math:: \theta \le \sum_l w_l C_l / \sum_k d_k \, \mathrm{cheapest}_k(w)

    Examples
    --------
    Trains to the left and to the right share the first link:

    >>> network = Network(4, np.array([0, 1, 1]), np.array([1, 2, 3]), np.array([15.0, 12.0, np.inf]))
    >>> demands = Demands(np.array([0, 0]), np.array([2, 3]), np.array([8.0, 4.0]), np.array([0, 0]))
    >>> largest_common_share(network, demands, np.ones((1, 3))).share
    1.25

    References
    ----------
    .. [1] F. Shahrokhi, D. W. Matula (1990), "The maximum concurrent flow problem", Journal of the ACM 37(2), 318-334,
       doi:10.1145/77600.77620.
    """
    loads = _loads(loads, network, demands)
    return CommonShare(*common_share(network, demands, loads))


def largest_total_flow(network: Network, demands: Demands, loads: Floats) -> LeastCostFlow:
    """Compute the most of all demands together that fits at once, none beyond what it wants.

    Parameters
    ----------
    network : Network
        Nodes, links and capacities.
    demands : Demands
        What wants to cross it; a unit of each counts the same.
    loads : array, shape (classes, links)
        Capacity that a unit of each class takes of each link, 0 or more; inf where the class cannot pass.
        [link units/demand unit]

    Returns
    -------
    LeastCostFlow
        Of a problem in which only what is not served costs, 1 a unit: `served_per_day` adds up to the largest flow,
        and a shadow price is what a further unit of a capacity lets through.

    Raises
    ------
    ArgumentError
        If shapes do not fit, or a load is negative or NaN.

    Examples
    --------
    A unit of the second class takes two units of the link, so that the first class goes first:

    >>> network = Network(2, np.array([0]), np.array([1]), np.array([10.0]))
    >>> demands = Demands(np.array([0, 0]), np.array([1, 1]), np.array([6.0, 6.0]), np.array([0, 1]))
    >>> largest_total_flow(network, demands, np.array([[1.0], [2.0]])).served_per_day
    array([6., 2.])
    """
    loads = _loads(loads, network, demands)
    costs = np.where(np.isinf(loads), np.inf, 0.0)
    finite = np.where(np.isinf(loads), 0.0, loads)
    return least_cost_flow(LeastCostProblem(network, demands, costs, np.ones(demands.size), finite))


def _loads(loads: Floats, network: Network, demands: Demands) -> Floats:
    """Return loads of 0 or more, inf included, of the shape (classes, links)."""
    column = np.asarray(loads, dtype=np.float64)
    if column.ndim != 2 or column.shape[1] != network.links:
        raise ArgumentError(f"loads: shape {column.shape}; (classes, {network.links}) is needed")
    wrong = np.flatnonzero(np.isnan(column) | (column < 0.0))
    if wrong.size:
        raise ArgumentError(f"loads: {column.flat[wrong[0]]} at position {wrong[0]}; 0 or more is allowed")
    demands.check(network, column.shape[0])
    return column
