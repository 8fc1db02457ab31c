"""What limits a least-cost flow: the ladder of utilizations with shadow prices, and the next bottleneck after a fix."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from hubcalc.errors import ArgumentError, Problem
from hubcalc.network.graph import Floats, Indices
from hubcalc.network.least_cost import LeastCostFlow, least_cost_flow

Ranking = Literal["unit", "share"]
"""Most valuable by the saving of one further unit of capacity, or by that of the same share of each capacity."""


@dataclass(frozen=True, slots=True, eq=False)
class Ladder:
    """Links with a finite capacity, the most utilized first, those of equal utilization by shadow price.

    Attributes
    ----------
    links : ndarray of int
        Links.
    loads : ndarray
        What the flows take. [link units/day]
    capacities : ndarray
        Of how much. [link units/day]
    utilizations : ndarray
        Load over capacity; 0 where both are 0. [1]
    shadow_prices : ndarray
        Cost saved by a further unit of the capacity. [cost units/link unit]
    """

    links: Indices
    loads: Floats
    capacities: Floats
    utilizations: Floats
    shadow_prices: Floats


@dataclass(frozen=True, slots=True)
class Fix:
    """One bottleneck, and what is left when it limits no more.

    Attributes
    ----------
    link : int
        The most valuable capacity before this fix.
    shadow_price : float
        Cost saved by a further unit of it, before. [cost units/link unit]
    objective : float
        Cost after the fix. [cost units/day]
    saved : float
        By how much this fix lowered the cost. [cost units/day]
    unserved_per_day : float
        What stays unserved after it, all demands together. [demand units/day]
    load : float
        What flows take of the capacity after it: as much as it would have to be enlarged to. [link units/day]
    """

    link: int
    shadow_price: float
    objective: float
    saved: float
    unserved_per_day: float
    load: float


def utilization_ladder(flow: LeastCostFlow) -> Ladder:
    """Rank the links of a flow by utilization.

    Parameters
    ----------
    flow : LeastCostFlow
        A solution.

    Returns
    -------
    Ladder
        One row for each link with a finite capacity.

    Examples
    --------
    >>> from hubcalc.network.graph import Demands, Network
    >>> from hubcalc.network.least_cost import LeastCostProblem
    >>> network = Network(2, np.array([0, 0]), np.array([1, 1]), np.array([16.0, 12.0]))
    >>> demands = Demands(np.array([0]), np.array([1]), np.array([20.0]), np.array([0]))
    >>> flow = least_cost_flow(LeastCostProblem(network, demands, np.array([[32.0, 31.0]]), np.array([100.0])))
    >>> ladder = utilization_ladder(flow)
    >>> ladder.links.tolist(), ladder.utilizations.tolist()
    ([1, 0], [1.0, 0.5])
    """
    links = np.flatnonzero(np.isfinite(flow.capacities))
    loads, capacities = flow.link_loads[links], flow.capacities[links]
    utilizations = np.divide(loads, capacities, out=np.zeros(links.size), where=capacities > 0.0)
    # loads of full links differ from their capacities by roundings, which must not decide over their order
    order = np.lexsort([links, -flow.shadow_prices[links], -utilizations.round(9)])
    chosen = links[order]
    return Ladder(chosen, loads[order], capacities[order], utilizations[order], flow.shadow_prices[chosen])


def fix_bottlenecks(flow: LeastCostFlow, most: int, ranking: Ranking = "unit") -> tuple[Fix, ...]:
    """Lift the most valuable capacity, solve again, and so on: who limits next, and what each fix is worth.

    Parameters
    ----------
    flow : LeastCostFlow
        A solution, where the fixes begin.
    most : int
        Most fixes, 1 or more; there are fewer if no capacity has a value any more.
    ranking : {"unit", "share"}
        Most valuable is the capacity with the highest shadow price, or with the highest shadow price times capacity:
        that is fairer where the units of links differ.

    Returns
    -------
    tuple of Fix
        Fixes in turn, each beside the earlier ones.

    Raises
    ------
    ArgumentError
        If `most` is below 1, or there is no such ranking.

    Examples
    --------
    >>> from hubcalc.network.graph import Demands, Network
    >>> from hubcalc.network.least_cost import LeastCostProblem
    >>> network = Network(3, np.array([0, 1]), np.array([1, 2]), np.array([5.0, 7.0]))
    >>> demands = Demands(np.array([0]), np.array([2]), np.array([10.0]), np.array([0]))
    >>> flow = least_cost_flow(LeastCostProblem(network, demands, np.array([[1.0, 1.0]]), np.array([100.0])))
    >>> [(fix.link, round(fix.unserved_per_day, 6)) for fix in fix_bottlenecks(flow, 5)]
    [(0, 3.0), (1, 0.0)]
    """
    if most < 1:
        raise ArgumentError(f"most: {most}; 1 or more is allowed")
    if ranking not in get_args(Ranking):
        allowed = ", ".join(get_args(Ranking))
        raise ArgumentError.of(Problem("there is no such ranking", parameter="ranking", given=ranking, allowed=allowed))
    fixes: list[Fix] = []
    least = 1e-9 * float(flow.problem.unserved_cost.max(initial=0.0))
    while len(fixes) < most:
        priced = np.flatnonzero(np.isfinite(flow.capacities) & (flow.shadow_prices > least))
        if not priced.size:
            break
        values = flow.shadow_prices[priced] * (1.0 if ranking == "unit" else flow.capacities[priced])
        link = int(priced[np.argmax(values)])
        capacities = flow.capacities.copy()
        capacities[link] = np.inf
        after = least_cost_flow(flow.problem, capacities=capacities, closed=flow.closed, start=flow)
        saved = max(flow.objective - after.objective, 0.0)
        price, load = float(flow.shadow_prices[link]), float(after.link_loads[link])
        fixes.append(Fix(link, price, after.objective, saved, float(after.unserved_per_day.sum()), load))
        flow = after
    return tuple(fixes)
