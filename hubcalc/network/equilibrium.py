"""Congested flows: the user equilibrium, in which nobody gains by another path, and the system optimum."""

from dataclasses import dataclass

import numpy as np

from hubcalc.arguments import positive, whole_at_least_one
from hubcalc.errors import ArgumentError, Problem
from hubcalc.network._equilibrium_costs import ClassCosts
from hubcalc.network._equilibrium_search import Search, search
from hubcalc.network.delays import LinkDelays
from hubcalc.network.graph import Demands, Floats, Indices, Network


@dataclass(frozen=True, slots=True, eq=False)
class UsedPaths:
    """Paths with flow, those of one demand together.

    Attributes
    ----------
    demands : ndarray of int, shape (paths,)
        Which demand each path serves.
    links : tuple of ndarray of int
        Links of each path, in the order in which they are passed.
    per_day : ndarray, shape (paths,)
        Flow. [demand units/day]
    hours : ndarray, shape (paths,)
        Time. [h]
    costs : ndarray, shape (paths,)
        Cost as the demand perceives it: money, and time at its value. [money]
    """

    demands: Indices
    links: tuple[Indices, ...]
    per_day: Floats
    hours: Floats
    costs: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Equilibrium:
    """Flows of a congested network, with what they bring about.

    Attributes
    ----------
    link_flows : ndarray, shape (links,)
        Flows of all classes together. [link units/day]
    class_flows : ndarray, shape (classes, links)
        Flow of each class. [demand units/day]
    delay_hours : ndarray, shape (links,)
        Mean delays. [h]
    link_costs : ndarray, shape (classes, links)
        Perceived costs. [money]
    demand_hours, demand_costs : ndarray, shape (demands,)
        Mean time and mean perceived cost of a unit; of a demand of 0 those of its cheapest path. [h, money]
    paths : UsedPaths
        The paths with flow.
    overloaded : ndarray of bool, shape (links,)
        Where the flow is above the capacity: there delays are those of a growing backlog.
    total_hours_per_day, total_cost_per_day : float
        Time and perceived cost of all demands. [demand unit h/day, money/day]
    relative_gap : float
        Cost above that of the cheapest paths, as a share of all cost; in a system optimum of the marginal costs. [1]
    iterations : int
        Rounds of cheapest paths.
    converged : bool
        Whether the gap that was asked for is reached.
    """

    link_flows: Floats
    class_flows: Floats
    delay_hours: Floats
    link_costs: Floats
    demand_hours: Floats
    demand_costs: Floats
    paths: UsedPaths
    overloaded: np.ndarray
    total_hours_per_day: float
    total_cost_per_day: float
    relative_gap: float
    iterations: int
    converged: bool


def user_equilibrium(
    network: Network,
    demands: Demands,
    delays: LinkDelays,
    *,
    loads: Floats | None = None,
    money_costs: Floats | None = None,
    values_of_time: Floats | None = None,
    gap: float = 1e-6,
    most_iterations: int = 200,
) -> Equilibrium:
    r"""Compute flows at which every used path of a demand is a cheapest one, at the delays of these flows.

    Parameters
    ----------
    network : Network
        Nodes and links; flows above capacities are not refused, but reported as overloaded.
    demands : Demands
        What wants to go where.
    delays : LinkDelays
        Mean delays of the links by their flows. [h]
    loads : array, shape (classes, links), optional
        Link units that a demand unit of each class makes; 1 if not given. [link units/demand unit]
    money_costs : array, shape (classes, links), optional
        Money that a demand unit pays on each link; inf where a class may not go; 0 if not given. [money/demand unit]
    values_of_time : array, shape (classes,), optional
        What an hour of a demand unit is worth, above 0; 1 if not given, so that costs count hours. [money/h]
    gap : float, optional
        Relative gap that is asked for. [1]
    most_iterations : int, optional
        Rounds of cheapest paths after which the search gives up; then `converged` is false. [1]

    Returns
    -------
    Equilibrium
        Flows, delays, costs, used paths, and the gap that is reached.

    Raises
    ------
    ArgumentError
        If a demand has no path, or an argument is out of its range.

    Notes
    -----
    Wardrop's first principle [1]_ for costs :math:`m_{ka} + w_k t_a(v_a)` of class k on link a, with the flow
    :math:`v_a = \sum_k l_{ka} x_{ka}`. If no class has different loads on different links it is the least value of
    Beckmann's objective [2]_ :math:`\sum_a \int_0^{v_a} t_a + \sum_{ka} l_k m_{ka} x_{ka} / w_k`; delays and costs are
    unique then. Otherwise it is a variational inequality, which may have several solutions.

    Cheapest paths are added in turn, and the flows of known paths balanced by Newton steps, each demand after the
    other [3]_, at costs linear around the present flows; of each step the share is taken at which the costs, summed
    over the step, vanish, which is an exact line search wherever there is an objective.

    Examples
    --------
    Pigou's two roads, of 1 h always, and of v hours at a flow of v:

    >>> roads = Network(2, np.array([0, 0]), np.array([1, 1]), np.array([np.inf, np.inf]))
    >>> trip = Demands(np.array([0]), np.array([1]), np.array([1.0]), np.array([0]))
    >>> from hubcalc.network.delays import BprDelays
    >>> hours = BprDelays([1.0, 1e-9], [1.0, 1e-9], [0.0, 1.0], 1.0)
    >>> user_equilibrium(roads, trip, hours).link_flows.round(6).tolist()
    [0.0, 1.0]

    References
    ----------
    .. [1] J. G. Wardrop (1952), "Some theoretical aspects of road traffic research", Proceedings of the Institution
       of Civil Engineers 1(3), 325-362, doi:10.1680/ipeds.1952.11259.
    .. [2] M. Beckmann, C. B. McGuire, C. B. Winsten (1956), Studies in the Economics of Transportation, Yale
       University Press, chapter 3.
    .. [3] R. Jayakrishnan, W. K. Tsai, J. N. Prashker, S. Rajadhyaksha (1994), "A faster path-based algorithm for
       traffic assignment", Transportation Research Record 1443, 75-83.
    """
    costs = ClassCosts.of(network, delays, loads, money_costs, values_of_time, marginal=False)
    return _solved(network, demands, costs, gap, most_iterations)


def system_optimum(
    network: Network,
    demands: Demands,
    delays: LinkDelays,
    *,
    loads: Floats | None = None,
    money_costs: Floats | None = None,
    values_of_time: Floats | None = None,
    gap: float = 1e-6,
    most_iterations: int = 200,
) -> Equilibrium:
    r"""Compute flows at which the perceived cost of all demands together is least.

    Parameters
    ----------
    network : Network
        Nodes and links; flows above capacities are not refused, but reported as overloaded.
    demands : Demands
        What wants to go where.
    delays : LinkDelays
        Mean delays of the links by their flows. [h]
    loads : array, shape (classes, links), optional
        Link units that a demand unit of each class makes; 1 if not given. [link units/demand unit]
    money_costs : array, shape (classes, links), optional
        Money that a demand unit pays on each link; inf where a class may not go; 0 if not given. [money/demand unit]
    values_of_time : array, shape (classes,), optional
        What an hour of a demand unit is worth, above 0; 1 if not given, so that costs count hours. [money/h]
    gap : float, optional
        Relative gap of marginal costs that is asked for. [1]
    most_iterations : int, optional
        Rounds of cheapest paths after which the search gives up; then `converged` is false. [1]

    Returns
    -------
    Equilibrium
        Flows, delays, costs, used paths, and the gap that is reached. Costs are those perceived, not the marginal ones.

    Raises
    ------
    ArgumentError
        If a demand has no path, or an argument is out of its range.

    Notes
    -----
    Wardrop's second principle: an equilibrium at the marginal costs
    :math:`m_{ka} + w_k t_a + l_{ka} t_a' \sum_j w_j x_{ja}`. It is the optimum where the cost of all is convex: one
    class, or loads in proportion to values of time, and convex :math:`v\, t_a(v)`. With several classes, and where a
    tabulated delay bends into an overload, it is a point at which no small change is a gain.

    Examples
    --------
    Pigou's two roads, of 1 h always, and of v hours at a flow of v:

    >>> roads = Network(2, np.array([0, 0]), np.array([1, 1]), np.array([np.inf, np.inf]))
    >>> trip = Demands(np.array([0]), np.array([1]), np.array([1.0]), np.array([0]))
    >>> from hubcalc.network.delays import BprDelays
    >>> hours = BprDelays([1.0, 1e-9], [1.0, 1e-9], [0.0, 1.0], 1.0)
    >>> system_optimum(roads, trip, hours).link_flows.round(6).tolist()
    [0.5, 0.5]
    """
    costs = ClassCosts.of(network, delays, loads, money_costs, values_of_time, marginal=True)
    return _solved(network, demands, costs, gap, most_iterations)


def price_of_anarchy(equilibrium: Equilibrium, optimum: Equilibrium) -> float:
    """Compute how much more all demands pay in the user equilibrium than in the system optimum.

    Parameters
    ----------
    equilibrium, optimum : Equilibrium
        Both of the same network and demands.

    Returns
    -------
    float
        Total perceived cost over the least there is; total time where there is no money. [1]

    References
    ----------
    .. [1] T. Roughgarden, E. Tardos (2002), "How bad is selfish routing?", Journal of the ACM 49(2), 236-259,
       doi:10.1145/506147.506153.
    """
    if optimum.total_cost_per_day <= 0.0:
        return 1.0
    return equilibrium.total_cost_per_day / optimum.total_cost_per_day


def _solved(network: Network, demands: Demands, costs: ClassCosts, gap: float, most_iterations: int) -> Equilibrium:
    """Search for an equilibrium at some costs, and say what it brings about."""
    demands.check(network, costs.values.size)
    if not demands.size:
        raise ArgumentError.of(Problem("there are none", parameter="demands", allowed="one or more"))
    goal = float(positive("gap", gap))
    most = int(whole_at_least_one("most_iterations", most_iterations))
    found = search(network, demands, costs, goal, most)
    flows = costs.link_flows(found.class_flows)
    hours = costs.delays.hours(flows)
    perceived = costs.money + costs.values[:, None] * hours
    paths, path_hours, path_costs = _used_paths(found, hours, perceived)
    demand_hours, demand_costs = (_means(found, values, demands) for values in (path_hours, path_costs))
    used = found.paths.flows > 0.0
    return Equilibrium(
        link_flows=flows,
        class_flows=found.class_flows,
        delay_hours=hours,
        link_costs=perceived,
        demand_hours=demand_hours,
        demand_costs=demand_costs,
        paths=UsedPaths(found.paths.demands[used], paths, found.paths.flows[used], path_hours[used], path_costs[used]),
        overloaded=flows > network.capacities,
        total_hours_per_day=float(demands.per_day @ demand_hours),
        total_cost_per_day=float(demands.per_day @ demand_costs),
        relative_gap=found.gap,
        iterations=found.iterations,
        converged=found.gap <= goal,
    )


def _used_paths(found: Search, hours: Floats, perceived: Floats) -> tuple[tuple[Indices, ...], Floats, Floats]:
    """Give the links of the paths with flow, in order, and the time and cost of all paths."""
    paths = found.paths
    both = np.tile(hours, (len(perceived), 1))
    links = tuple(
        paths.links[paths.first[path] : paths.first[path + 1]][::-1] for path in np.flatnonzero(paths.flows > 0.0)
    )
    return links, found.trees.path_sums(paths, both), found.trees.path_sums(paths, perceived)


def _means(found: Search, values: Floats, demands: Demands) -> Floats:
    """Average the values of paths over the flow of each demand; take the first path's where there is no flow."""
    paths = found.paths
    sums = np.bincount(paths.demands, paths.flows * values, minlength=demands.size)
    amounts = np.bincount(paths.demands, paths.flows, minlength=demands.size)
    means = np.where(amounts > 0.0, sums / np.where(amounts > 0.0, amounts, 1.0), values[paths.starts[:-1]])
    return np.asarray(means)
