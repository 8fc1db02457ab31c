"""What a network still serves when parts of it are out or degraded, alone or two at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from hubcalc.errors import ArgumentError
from hubcalc.network._adjacency import checked_costs
from hubcalc.network.graph import Floats
from hubcalc.network.least_cost import LeastCostFlow, least_cost_flow

Group = Sequence[int]
"""Links that fail together: one link, or all passages of a hub."""

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Outages:
    """What outages change: one row for each, in the order of `parts`.

    Attributes
    ----------
    parts : tuple of tuple of int
        Positions of the groups that are out together.
    served_per_day, unserved_per_day : ndarray, shape (outages, demands)
        What crosses the network, and what does not. [demand units/day]
    objective : ndarray, shape (outages,)
        Cost of paths and of what is not served. [cost units/day]
    path_cost : ndarray, shape (outages,)
        Its part on paths. [cost units/day]
    cost_added : ndarray, shape (outages,)
        Objective beyond that of the base. [cost units/day]
    hours_added : ndarray, shape (outages,)
        Time on links beyond that of the base, of all that is served; negative where less is served. 0 if no times were
        given. [demand units h/day]
    solved : ndarray of bool, shape (outages,)
        Whether a program had to be solved; elsewhere a flow known before stays possible, and so the best.
    """

    parts: tuple[tuple[int, ...], ...]
    served_per_day: Floats
    unserved_per_day: Floats
    objective: Floats
    path_cost: Floats
    cost_added: Floats
    hours_added: Floats
    solved: NDArray[np.bool_]


def group_outages(
    base: LeastCostFlow,
    groups: Sequence[Group],
    *,
    share_left: float = 0.0,
    hours: Floats | None = None,
    pairs: bool = False,
) -> Outages:
    """Take each group of links out, or degrade it, and compute the least-cost flow that is left.

    Parameters
    ----------
    base : LeastCostFlow
        The solution with everything in place.
    groups : sequence of sequences of int
        Links that fail together. For each link alone: ``[[link] for link in range(network.links)]``.
    share_left : float
        Share of each capacity that is left; at 0 the links are closed, also those without a capacity, at more than 0
        what is unlimited stays so. [1]
    hours : array, shape (classes, links), optional
        Time of a unit of each class on each link, for `hours_added`. [h]
    pairs : bool
        Whether each two groups fail together, after each alone.

    Returns
    -------
    Outages
        The groups alone, in their order, then the pairs.

    Raises
    ------
    ArgumentError
        If the share is not from 0 to below 1, a link does not exist, or times do not fit.

    Notes
    -----
    An outage only takes flows away. So if a flow that was the best with more in place is still possible, it is the best
    still, and nothing is solved: a link that carries nothing can be missing. For a pair that is asked of the best flows
    under each of the two outages. Other outages start from the paths of the base.

    Examples
    --------
    The cheap way carries up to 12, the other up to 16:

    >>> from hubcalc.network.graph import Demands, Network
    >>> from hubcalc.network.least_cost import LeastCostProblem
    >>> network = Network(2, np.array([0, 0]), np.array([1, 1]), np.array([12.0, 16.0]))
    >>> demands = Demands(np.array([0]), np.array([1]), np.array([20.0]), np.array([0]))
    >>> base = least_cost_flow(LeastCostProblem(network, demands, np.array([[31.0, 32.0]]), np.array([100.0])))
    >>> outages = group_outages(base, [[0], [1]], pairs=True)
    >>> outages.parts, outages.unserved_per_day[:, 0].tolist()
    (((0,), (1,), (0, 1)), [4.0, 8.0, 20.0])
    """
    if not 0.0 <= share_left < 1.0:
        raise ArgumentError(f"share_left: {share_left}; from 0 to below 1 is allowed")
    links = base.capacities.size
    for place, group in enumerate(groups):
        wrong = [link for link in group if not 0 <= link < links]
        if wrong:
            raise ArgumentError(f"groups: link {wrong[0]} in group {place}; 0 to {links - 1} is allowed")
    times = np.zeros_like(base.problem.costs)
    if hours is not None:
        times = np.where(np.isinf(base.problem.costs), 0.0, checked_costs("hours", hours, times.shape))
        if not np.isfinite(times).all():
            raise ArgumentError("hours: inf where a class can pass; finite times are allowed")
    rows = _Rows(base, times)
    alone: list[LeastCostFlow] = []
    for place, group in enumerate(groups):
        hit = _hit(links, group)
        flow = base if _stays(base, base.capacities, hit, share_left) else _without(base, hit, share_left)
        rows.add((place,), flow, solved=flow is not base)
        if pairs:
            alone.append(flow)
    for first, second in combinations(range(len(alone)), 2):
        hits = _hit(links, groups[first]), _hit(links, groups[second])
        if _stays(alone[first], base.capacities, hits[1], share_left):
            rows.add((first, second), alone[first], solved=False)
        elif _stays(alone[second], base.capacities, hits[0], share_left):
            rows.add((first, second), alone[second], solved=False)
        else:
            rows.add((first, second), _without(base, hits[0] | hits[1], share_left), solved=True)
    return rows.outages()


def _hit(links: int, group: Group) -> NDArray[np.bool_]:
    """Mark the links of a group."""
    hit = np.zeros(links, np.bool_)
    hit[list(group)] = True
    return hit


def _stays(flow: LeastCostFlow, capacities: Floats, hit: NDArray[np.bool_], share_left: float) -> bool:
    """Tell whether a flow is still possible when links of the base's capacities are hit."""
    if share_left == 0.0:
        # a path that costs nothing may carry what no capacity notices: flows count, not loads
        return not (flow.link_flows[:, hit] > _ROUNDING * max(float(flow.served_per_day.sum()), 1.0)).any()
    left = share_left * capacities[hit]
    return bool((flow.link_loads[hit] <= left * (1.0 + _ROUNDING)).all())


def _without(base: LeastCostFlow, hit: NDArray[np.bool_], share_left: float) -> LeastCostFlow:
    """Solve with links out or degraded, from the paths of the base."""
    if share_left == 0.0:
        return least_cost_flow(base.problem, capacities=base.capacities, closed=base.closed | hit, start=base)
    capacities = np.where(hit, share_left * base.capacities, base.capacities)
    return least_cost_flow(base.problem, capacities=capacities, closed=base.closed, start=base)


class _Rows:
    """Rows of the result, as they are found."""

    def __init__(self, base: LeastCostFlow, hours: Floats) -> None:
        self.base, self.hours = base, hours
        self.parts: list[tuple[int, ...]] = []
        self.flows: list[tuple[Floats, Floats]] = []
        self.numbers: list[tuple[float, float, float, float]] = []
        self.solved: list[bool] = []

    def add(self, parts: tuple[int, ...], flow: LeastCostFlow, *, solved: bool) -> None:
        """Add a row."""
        self.parts.append(parts)
        self.flows.append((flow.served_per_day, flow.unserved_per_day))
        hours = flow.total(self.hours) - self.base.total(self.hours)
        # what rounding makes of equal costs is no gain
        added = max(flow.objective - self.base.objective, 0.0)
        self.numbers.append((flow.objective, flow.path_cost, added, hours))
        self.solved.append(solved)

    def outages(self) -> Outages:
        """Give the rows as columns."""
        flows = np.array(self.flows).reshape(len(self.parts), 2, self.base.served_per_day.size)
        numbers = np.array(self.numbers).reshape(len(self.parts), 4).T
        objective, path_cost, cost_added, hours_added = numbers
        return Outages(
            tuple(self.parts),
            flows[:, 0],
            flows[:, 1],
            objective,
            path_cost,
            cost_added,
            hours_added,
            np.array(self.solved, np.bool_),
        )
