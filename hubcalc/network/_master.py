"""The linear program over the paths known so far, and the rounds that add paths and capacities to it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from hubcalc.errors import RefusedError
from hubcalc.network._adjacency import Integers
from hubcalc.network._columns import Columns
from hubcalc.network._pricing import Pricing
from hubcalc.network.graph import Floats

_FEASIBILITY = 1e-9
"""Of the linear programs; HiGHS goes no lower than 1e-10."""
_OVERLOAD = 1e-9
"""Relative load beyond a capacity that is rounding."""
_SMOOTHING = 0.7
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


def generate(task: Task, columns: Columns, rows: Integers, gap: float, most_rounds: int) -> Solved:
    """Add paths and capacities to the linear program until nothing is missing.

    Paths are searched with prices between those of the last program and those of the best bound, which keeps the
    prices from jumping; only where that finds nothing with those of the program itself.
    """
    classes, links = task.pricing.classes, task.capacities.size
    known: set[tuple[int, ...]] = set()
    columns = columns.new_beside(known)
    nothing = np.zeros(links)
    best, bound = nothing, -np.inf
    solved = Solved(columns, np.zeros(columns.count), nothing, rows, np.inf, bound, 0)
    flows, duals, prices, objective = solved.flows, task.penalties, nothing, float(task.penalties @ task.per_day)
    fits = True
    for round_number in range(1, most_rounds + 1):
        weights = (_SMOOTHING, 0.0) if round_number > 1 else (0.0,)
        fresh = Columns.none()
        for weight in weights:
            between = weight * best + (1.0 - weight) * prices
            found = _priced(task, between)
            if found[1] > bound:
                best, bound = between, found[1]
            fresh = _improving(task, found[0], prices, duals).new_beside(known)
            if fresh.count:
                break
        done = round_number > 1 and fits and (not fresh.count or objective - bound <= gap * abs(objective))
        if done:
            break
        columns = columns.joined(fresh)
        flows, duals, prices, objective = solve_master(task, columns, rows)
        used = (columns.link_flows(flows, classes, task.costs.shape) * task.loads).sum(axis=0)
        over = np.flatnonzero(used > task.capacities + _OVERLOAD * np.maximum(task.capacities, 1.0))
        missing = np.setdiff1d(over, rows)
        fits = not missing.size
        rows = np.concatenate([rows, missing])
    return Solved(columns, flows, prices, rows, objective, bound, round_number)


def _priced(task: Task, prices: Floats) -> tuple[Columns, float]:
    """Find the cheapest paths at some prices, and the bound on the cost that follows from them [1]_."""
    weighted = task.loads * prices
    weighted[:, task.closed] = np.inf
    costs, columns = task.pricing.cheapest(weighted, task.penalties)
    charged = np.flatnonzero(prices)
    return columns, float(task.per_day @ costs - prices[charged] @ task.capacities[charged])


def _improving(task: Task, columns: Columns, prices: Floats, duals: Floats) -> Columns:
    """Keep the paths that lower the cost of the program: those cheaper than what their demand pays now."""
    costs = columns.sums(task.costs + task.loads * prices, task.pricing.classes)
    paid = duals[columns.demands]
    return columns.kept(costs < paid - _FEASIBILITY * np.maximum(np.abs(paid), 1e-3))


def solve_master(task: Task, columns: Columns, rows: Integers) -> tuple[Floats, Floats, Floats, float]:
    """Solve the program over some paths, with the capacities `rows`.

    Returns the flows, what a unit of each demand costs at the margin, the prices of all capacities, and the cost.
    """
    demands = task.per_day.size
    costs = columns.sums(task.costs, task.pricing.classes) - task.penalties[columns.demands]
    ones = np.ones(columns.count)
    serve = csr_array((ones, (columns.demands, np.arange(columns.count))), shape=(demands, columns.count))
    room = columns.capacity_rows(task.loads, task.pricing.classes, rows)
    limits = np.concatenate([task.per_day, task.capacities[rows]])
    prices = np.zeros(task.capacities.size)
    idle = float(task.penalties @ task.per_day)
    if not columns.count:
        return np.empty(0), task.penalties, prices, idle
    scale = float(np.abs(costs).mean()) or 1.0
    flows, marginals, value = solve_program(costs / scale, vstack([serve, room], format="csr"), limits)
    prices[rows] = np.maximum(-marginals[demands:] * scale, 0.0)
    return flows, task.penalties + marginals[:demands] * scale, prices, idle + value * scale


def solve_program(costs: Floats, matrix: csr_array, limits: Floats) -> tuple[Floats, Floats, float]:
    """Minimize costs @ x over x >= 0 with matrix @ x <= limits; return x, the marginals of the limits, and the value.

    Raises
    ------
    RefusedError
        If the solver gives up.
    """
    options = {"primal_feasibility_tolerance": _FEASIBILITY, "dual_feasibility_tolerance": _FEASIBILITY}
    found = linprog(costs, A_ub=matrix, b_ub=limits, method="highs-ds", options=options)
    if found.x is None or found.status != 0:
        raise RefusedError(f"the linear program was not solved: {found.message}")
    return np.maximum(found.x, 0.0), found.ineqlin.marginals, float(found.fun)
