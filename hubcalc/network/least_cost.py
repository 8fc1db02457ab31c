"""Least-cost flow of many demands through one network, with the value of each capacity, by column generation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hubcalc.errors import ArgumentError
from hubcalc.network._adjacency import Integers, checked_costs
from hubcalc.network._columns import Columns
from hubcalc.network._master import Task, close, generate
from hubcalc.network._pricing import Pricing
from hubcalc.network.graph import Demands, Floats, Network

GAP = 1e-9
"""Relative distance between cost and bound at which a solution counts as the optimum."""
MOST_ROUNDS = 1000


@dataclass(frozen=True, slots=True, eq=False)
class LeastCostProblem:
    """A network, what wants to cross it, and what that costs, made ready to be solved with any capacities.

    Parameters
    ----------
    network : Network
        Nodes, links and capacities.
    demands : Demands
        What wants to cross it.
    costs : array, shape (classes, links)
        Cost of a unit of each class on each link, also negative; inf where the class cannot pass.
        [cost units/demand unit]
    unserved_cost : array, shape (demands,)
        Cost of a unit that is not served; what costs more on every path stays unserved. [cost units/demand unit]
    loads : array, shape (classes, links), optional
        Capacity that a unit of each class takes of each link, 0 or more; 1 if not given. [link units/demand unit]

    Raises
    ------
    ArgumentError
        If shapes do not fit, a cost is NaN, or a load or penalty is negative or not finite.
    RefusedError
        If there is a cycle of negative cost; the message names its links.
    """

    network: Network
    demands: Demands
    costs: Floats
    unserved_cost: Floats
    loads: Floats
    pricing: Pricing

    def __init__(
        self, network: Network, demands: Demands, costs: Floats, unserved_cost: Floats, loads: Floats | None = None
    ) -> None:
        classes = np.shape(costs)[0] if np.ndim(costs) == 2 else 0
        costs = checked_costs("costs", costs, (classes, network.links))
        demands.check(network, classes)
        shape = costs.shape
        checked = {
            "network": network,
            "demands": demands,
            "costs": costs,
            "unserved_cost": _finite("unserved_cost", unserved_cost, (demands.size,)),
            "loads": np.ones(shape) if loads is None else _finite("loads", loads, shape),
            "pricing": Pricing.of(network, demands, costs),
        }
        for name, value in checked.items():
            object.__setattr__(self, name, value)

    def cheapest_cost(self) -> Floats:
        """Give the cost of the cheapest path of each demand if nothing limits it; inf where there is no path."""
        return self.pricing.distances()


@dataclass(frozen=True, slots=True, eq=False)
class LeastCostFlow:
    """The least-cost flow.

    Attributes
    ----------
    problem : LeastCostProblem
        What was solved.
    capacities : ndarray, shape (links,)
        With which capacities. [link units/day]
    closed : ndarray of bool, shape (links,)
        Where nobody may pass.
    link_flows : ndarray, shape (classes, links)
        Flow of each class on each link. [demand units/day]
    link_loads : ndarray, shape (links,)
        What the flows take of each capacity. [link units/day]
    served_per_day, unserved_per_day : ndarray, shape (demands,)
        What crosses the network, and what does not. [demand units/day]
    reachable : ndarray of bool, shape (demands,)
        Whether there is a path at all, capacities aside.
    columns, flows : Columns, ndarray
        Paths known at the end, and the flow on each. [demand units/day]
    shadow_prices : ndarray, shape (links,)
        Cost saved by a further unit of each capacity; where it changes at this very capacity, any value between the
        savings of more and of less, see `price_ranges`. [cost units/link unit]
    objective : float
        Cost of paths and of what is not served. [cost units/day]
    path_cost : float
        Its part on paths. [cost units/day]
    lower_bound : float
        No flow costs less. [cost units/day]
    rounds : int
        Searches for further paths.
    optimal : bool
        Whether cost and bound meet, to a relative distance of 1e-9 or the one that was asked for.
    """

    problem: LeastCostProblem
    capacities: Floats
    closed: NDArray[np.bool_]
    link_flows: Floats
    link_loads: Floats
    served_per_day: Floats
    unserved_per_day: Floats
    reachable: NDArray[np.bool_]
    columns: Columns
    flows: Floats
    shadow_prices: Floats
    objective: float
    path_cost: float
    lower_bound: float
    rounds: int
    optimal: bool

    @property
    def relative_gap(self) -> float:
        """How far the cost may be above the least one, relative to it; 0 where rounding puts it below."""
        distance = max(self.objective - self.lower_bound, 0.0)
        return distance / max(abs(self.objective), np.finfo(np.float64).tiny)

    def used_paths(self) -> list[tuple[int, float, tuple[int, ...]]]:
        """Give the paths that carry flow: demand, flow [demand units/day], links; by demand, largest flow first."""
        least = 1e-9 * self.problem.demands.per_day[self.columns.demands]
        used = self.flows > least
        columns = self.columns.kept(used)
        each = zip(columns.demands.tolist(), self.flows[used].tolist(), columns.paths(), strict=True)
        return sorted(each, key=lambda path: (path[0], -path[1], path[2]))

    def total(self, values: Floats) -> float:
        """Sum a quantity (classes, links) that each unit has on each link, such as hours, over all flows."""
        carried = self.link_flows > 0.0
        return float(np.asarray(values, np.float64)[carried] @ self.link_flows[carried])


def least_cost_flow(
    problem: LeastCostProblem,
    *,
    capacities: Floats | None = None,
    closed: NDArray[np.bool_] | None = None,
    start: LeastCostFlow | None = None,
    gap: float = GAP,
    most_rounds: int = MOST_ROUNDS,
) -> LeastCostFlow:
    """Compute the cheapest way to serve demands, or to leave them unserved.

    Parameters
    ----------
    problem : LeastCostProblem
        Network, demands and costs.
    capacities : array, shape (links,), optional
        Instead of those of the network. [link units/day]
    closed : array of bool, shape (links,), optional
        Links where nobody may pass, whatever they load.
    start : LeastCostFlow, optional
        A solution of the same problem, whose paths are known from the start.
    gap : float
        Relative distance to the bound that is enough. [1]
    most_rounds : int
        Most searches for paths; a solution that ends there is a flow, but perhaps not the cheapest.

    Returns
    -------
    LeastCostFlow
        Flows, prices, and how far they may be from the optimum.

    Raises
    ------
    ArgumentError
        If an argument does not fit the problem.

    Notes
    -----
    Flows on paths instead of links [1]_: a linear program over the paths known so far prices capacities; the cheapest
    paths at these prices join it; when there is none cheaper than what its demand pays, the flow is optimal. Only
    capacities that were once exceeded have a row.

    Examples
    --------
    Of 26 trains a day 12 go over the cheaper link, which is full; one more there would save 1:

    >>> network = Network(2, np.array([0, 0]), np.array([1, 1]), np.array([12.0, 16.0]))
    >>> demands = Demands(np.array([0]), np.array([1]), np.array([26.0]), np.array([0]))
    >>> flow = least_cost_flow(LeastCostProblem(network, demands, np.array([[31.0, 32.0]]), np.array([100.0])))
    >>> flow.objective, flow.shadow_prices.round(9).tolist()
    (820.0, [1.0, 0.0])

    References
    ----------
    .. [1] L. R. Ford, D. R. Fulkerson (1958), "A suggested computation for maximal multi-commodity network flows",
       Management Science 5(1), 97-101, doi:10.1287/mnsc.5.1.97.
    """
    links, demands = problem.network.links, problem.demands
    capacities = _capacities(problem.network.capacities if capacities is None else capacities, links)
    closed = np.zeros(links, np.bool_) if closed is None else np.asarray(closed, np.bool_)
    if closed.shape != (links,):
        raise ArgumentError(f"closed: shape {closed.shape}; one value a link is needed")
    if not gap >= 0.0 or most_rounds < 1:
        raise ArgumentError(f"gap, most_rounds: {gap}, {most_rounds}; 0 or more, and 1 or more, are allowed")
    task = Task(
        problem.pricing, problem.costs, problem.loads, capacities, closed, demands.per_day, problem.unserved_cost
    )
    columns, rows = _known(problem, start, closed)
    solved = generate(task, columns, rows[np.isfinite(capacities[rows])], gap, most_rounds)
    return _result(problem, task, solved.columns, solved.flows, solved.prices, (solved.bound, solved.rounds, gap))


def _known(
    problem: LeastCostProblem, start: LeastCostFlow | None, closed: NDArray[np.bool_]
) -> tuple[Columns, Integers]:
    """Give the paths and capacities to begin with: each demand's cheapest path, and those of an earlier solution."""
    prices = np.zeros_like(problem.costs)
    prices[:, closed] = np.inf
    columns = problem.pricing.cheapest(prices, problem.unserved_cost)[1]
    if start is None:
        return columns, np.empty(0, np.int64)
    if start.problem is not problem:
        raise ArgumentError("start: a solution of another problem; one of the same problem is needed")
    blocked = np.bincount(start.columns.owners(), weights=closed[start.columns.links], minlength=start.columns.count)
    return columns.joined(start.columns.kept(blocked == 0)), np.flatnonzero(start.shadow_prices > 0.0)


def _result(
    problem: LeastCostProblem,
    task: Task,
    columns: Columns,
    flows: Floats,
    prices: Floats,
    quality: tuple[float, int, float],
) -> LeastCostFlow:
    """Add up what the flows on paths make of links and demands."""
    bound, rounds, gap = quality
    per_day = problem.demands.per_day
    link_flows = columns.link_flows(flows, problem.pricing.classes, problem.costs.shape)
    served = np.minimum(np.bincount(columns.demands, weights=flows, minlength=per_day.size), per_day)
    path_cost = float(flows @ columns.sums(problem.costs, problem.pricing.classes))
    objective = path_cost + float(problem.unserved_cost @ (per_day - served))
    return LeastCostFlow(
        problem=problem,
        capacities=task.capacities,
        closed=task.closed,
        link_flows=link_flows,
        link_loads=(link_flows * problem.loads).sum(axis=0),
        served_per_day=served,
        unserved_per_day=per_day - served,
        reachable=_reachable(problem, task.closed),
        columns=columns,
        flows=flows,
        shadow_prices=prices,
        objective=objective,
        path_cost=path_cost,
        lower_bound=bound,
        rounds=rounds,
        optimal=close(objective, bound, max(gap, GAP), float(problem.unserved_cost @ per_day)),
    )


def _reachable(problem: LeastCostProblem, closed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which demands have a path, capacities aside."""
    if not closed.any():
        return np.isfinite(problem.cheapest_cost())
    prices = np.zeros_like(problem.costs)
    prices[:, closed] = np.inf
    costs, _ = problem.pricing.cheapest(prices, np.full(problem.demands.size, np.inf))
    return np.isfinite(costs)


def price_ranges(flow: LeastCostFlow, links: Sequence[int], step: float) -> tuple[Floats, Floats]:
    """Compute what more and less of a capacity changes, by solving again.

    Parameters
    ----------
    flow : LeastCostFlow
        A solution.
    links : sequence of int
        Whose capacities.
    step : float
        By how much each is raised and lowered, alone; a small one gives the derivatives. [link units/day]

    Returns
    -------
    price_up, price_down : ndarray, shape (len(links),)
        Cost saved per unit of `step` more, and lost per unit less; a capacity below the step is lowered to 0, and one
        of 0 has a `price_down` of inf. The shadow price is between them. [cost units/link unit]

    Raises
    ------
    ArgumentError
        If a link has no finite capacity or does not exist, or the step is not positive.

    Examples
    --------
    The 13th train saves 1, but beyond a demand of 12 a larger capacity is worth nothing:

    >>> network = Network(2, np.array([0, 0]), np.array([1, 1]), np.array([12.0, 16.0]))
    >>> demands = Demands(np.array([0]), np.array([1]), np.array([12.0]), np.array([0]))
    >>> flow = least_cost_flow(LeastCostProblem(network, demands, np.array([[31.0, 32.0]]), np.array([100.0])))
    >>> [price.tolist() for price in price_ranges(flow, [0], 0.5)]
    [[0.0], [1.0]]
    """
    if not (np.isfinite(step) and step > 0.0):
        raise ArgumentError(f"step: {step}; a finite number above 0 is needed")
    up, down = np.empty(len(links)), np.empty(len(links))
    for place, link in enumerate(links):
        if not 0 <= link < flow.capacities.size or np.isinf(flow.capacities[link]):
            raise ArgumentError(f"links: {link}; a link with a finite capacity is needed")
        less = min(step, float(flow.capacities[link]))
        up[place] = (flow.objective - _moved(flow, link, step)) / step
        down[place] = (_moved(flow, link, -less) - flow.objective) / less if less > 0.0 else np.inf
    return up, down


def _moved(flow: LeastCostFlow, link: int, change: float) -> float:
    """Give the cost with one capacity changed."""
    capacities = flow.capacities.copy()
    capacities[link] += change
    return least_cost_flow(flow.problem, capacities=capacities, closed=flow.closed, start=flow).objective


def _finite(name: str, values: Floats, shape: tuple[int, ...]) -> Floats:
    """Return finite numbers of 0 or more, of a shape."""
    column = np.asarray(values, dtype=np.float64)
    if column.shape != shape:
        raise ArgumentError(f"{name}: shape {column.shape}; {shape} is needed")
    wrong = np.flatnonzero(~np.isfinite(column) | (column < 0.0))
    if wrong.size:
        raise ArgumentError(
            f"{name}: {column.flat[wrong[0]]} at position {wrong[0]}; finite numbers from 0 are allowed"
        )
    return column


def _capacities(values: Floats, links: int) -> Floats:
    """Return capacities of 0 or more, inf included."""
    column = np.asarray(values, dtype=np.float64)
    if column.shape != (links,) or np.isnan(column).any() or (column < 0.0).any():
        raise ArgumentError(
            f"capacities: shape {column.shape}; one number from 0 on for each of {links} links is needed"
        )
    return column
