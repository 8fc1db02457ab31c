"""The linear program over the paths known so far, and the rounds that add paths and capacities to it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array, vstack

from hubcalc.network._adjacency import Integers
from hubcalc.network._columns import Columns
from hubcalc.network._pricing import Pricing
from hubcalc.network._program import Program
from hubcalc.network.graph import Floats

_OVERLOAD = 1e-9
"""Relative load beyond a capacity that is rounding."""
_SAVING = 1e-9
"""Relative saving of a path that is rounding."""
_ROUNDING = 1e-13
"""Of the cost of serving nothing, from which the program subtracts."""
_SMOOTHING = 0.3
"""Weight of the best prices so far among those that paths are searched with."""


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """What is to be solved: everything that stays while paths are added.

    `costs` and `loads` have the shape (classes, links), `closed` (links,) is true where nobody passes.
    """

    pricing: Pricing
    costs: Floats
    loads: Floats
    capacities: Floats
    closed: NDArray[np.bool_]
    per_day: Floats
    penalties: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """Flows on paths, prices of capacities, and what is known of the optimum."""

    columns: Columns
    flows: Floats
    prices: Floats
    rows: Integers
    objective: float
    bound: float
    rounds: int


class Master:
    """The cost of not serving is saved by what is on paths; demands and the capacities `rows` limit it."""

    def __init__(self, task: Task, rows: Integers) -> None:
        self.task, self.rows, self.columns = task, rows, Columns.none()
        self.idle = float(task.penalties @ task.per_day)
        self.scale = _scale(task)
        self.prices, self.duals, self.objective = np.zeros(task.capacities.size), task.penalties, self.idle
        self.program = Program()
        limits = np.concatenate([task.per_day, task.capacities[rows]])
        self.program.add_rows(csr_array((limits.size, 0)), limits)

    def add(self, columns: Columns) -> None:
        """Add paths."""
        task, demands = self.task, self.task.per_day.size
        costs = columns.sums(task.costs, task.pricing.classes) - task.penalties[columns.demands]
        where = (columns.demands, np.arange(columns.count))
        serve = csr_array((np.ones(columns.count), where), shape=(demands, columns.count))
        room = columns.capacity_rows(task.loads, task.pricing.classes, self.rows)
        self.program.add_columns(costs / self.scale, csc_array(vstack([serve, room])))
        self.columns = self.columns.joined(columns)

    def solve(self) -> None:
        """Solve, and add the capacities that are exceeded until none is."""
        task = self.task
        while True:
            self.program.solve()
            loads = self.columns.link_flows(self.program.flows, task.pricing.classes, task.costs.shape) * task.loads
            over = loads.sum(axis=0) > task.capacities + _OVERLOAD * np.maximum(task.capacities, 1.0)
            missing = np.setdiff1d(np.flatnonzero(over), self.rows)
            if not missing.size:
                break
            matrix = self.columns.capacity_rows(task.loads, task.pricing.classes, missing)
            self.program.add_rows(matrix, task.capacities[missing])
            self.rows = np.concatenate([self.rows, missing])
        demands = task.per_day.size
        self.prices = np.zeros(task.capacities.size)
        self.prices[self.rows] = -self.program.marginals[demands:] * self.scale
        self.duals = task.penalties + self.program.marginals[:demands] * self.scale
        self.objective = self.idle + self.program.value * self.scale


def generate(task: Task, columns: Columns, rows: Integers, gap: float, most_rounds: int) -> Solved:
    """Add paths and capacities to the linear program until nothing is missing.

    Paths are searched with prices between those of the last program and those of the best bound, which keeps the
    prices from jumping [1]_; only where that finds nothing with those of the program itself.

    References
    ----------
    .. [1] A. Pessoa, R. Sadykov, E. Uchoa, F. Vanderbeck (2018), "Automation and combination of linear-programming
       based stabilization techniques in column generation", INFORMS Journal on Computing 30(2), 339-360,
       doi:10.1287/ijoc.2017.0784.
    """
    known: set[tuple[int, ...]] = set()
    master = Master(task, rows)
    master.add(columns.new_beside(known))
    master.solve()
    best, bound, rounds = np.zeros(task.capacities.size), -np.inf, 0
    while rounds < most_rounds:
        rounds += 1
        for weight in (_SMOOTHING, 0.0):
            prices = weight * best + (1.0 - weight) * master.prices
            found, below = _priced(task, prices)
            if below > bound:
                best, bound = prices, below
            fresh = _improving(master, found).new_beside(known)
            if fresh.count:
                break
        if not fresh.count or close(master.objective, bound, gap, master.idle):
            break
        master.add(fresh)
        master.solve()
    flows = master.program.flows
    return Solved(master.columns, flows, master.prices, master.rows, master.objective, bound, rounds)


def _scale(task: Task) -> float:
    """Give the size of the costs of paths, to which tolerances are relative; penalties may be far larger."""
    sizes = np.abs(task.pricing.distances())
    for values in (sizes[np.isfinite(sizes)], task.penalties):
        if (values > 0.0).any():
            return float(values.mean())
    return 1.0


def close(objective: float, bound: float, gap: float, idle: float) -> bool:
    """Tell whether cost and bound meet; near a cost of 0 what counts is the cost of serving nothing."""
    return objective - bound <= gap * abs(objective) + _ROUNDING * idle


def _priced(task: Task, prices: Floats) -> tuple[Columns, float]:
    """Find the cheapest paths at some prices, and the bound on the cost that follows: Lagrange's.

    With prices p >= 0 on capacities C, and the demands d at their cheapest paths or unserved, whatever is less,

        cost >= sum_k d_k min(cheapest_k(p), penalty_k) - sum_l p_l C_l.
    """
    weighted = task.loads * prices
    weighted[:, task.closed] = np.inf
    costs, columns = task.pricing.cheapest(weighted, task.penalties)
    charged = np.flatnonzero(prices)
    return columns, float(task.per_day @ costs - prices[charged] @ task.capacities[charged])


def _improving(master: Master, columns: Columns) -> Columns:
    """Keep the paths that lower the cost of the program: those cheaper than what their demand pays now."""
    task = master.task
    costs = columns.sums(task.costs + task.loads * master.prices, task.pricing.classes)
    return columns.kept(costs < master.duals[columns.demands] - _SAVING * master.scale)
