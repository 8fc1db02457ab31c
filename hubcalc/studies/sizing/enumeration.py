"""Search by enumeration: every mix has been analyzed, so nothing needs to be assumed."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hubcalc.errors import RefusedError
from hubcalc.studies.base import Columns, RowSource
from hubcalc.studies.sizing.doubts import measured_doubts
from hubcalc.studies.sizing.meter import Judge
from hubcalc.studies.sizing.mixes import Floats
from hubcalc.studies.sizing.refusals import no_mix, why_none
from hubcalc.studies.sizing.requirements import Requirement, loss_of, meets
from hubcalc.studies.sizing.solution import Front, Solution, non_dominated, spread
from hubcalc.studies.sizing.task import COST, TIE, Task

_MOST_CONFIRMED = 2_000
_LARGEST_BATCH = 64


def pick(task: Task, source: RowSource) -> Solution:
    """Find the cheapest mix in the table of all mixes.

    Parameters
    ----------
    task : Task
        What is to be found.
    source : RowSource
        Cost and metrics of all mixes by method fast.

    Returns
    -------
    Solution
        Proven, unless so many mixes had to be confirmed that the rest was left out.

    Raises
    ------
    RefusedError
        If no mix meets all targets.
    """
    metrics: Columns = {name: source.column(name) for name in task.measures.names}
    costs, judge = source.column(COST), task.judge()
    levels = task.lattice.levels(np.arange(source.rows))
    good = np.flatnonzero(meets(measured_doubts(judge, levels, metrics), metrics))
    if not good.size:
        raise no_mix(why_none(task.lattice, levels, metrics, judge.strict, task.measures.units))
    good = good[task.order(costs[good], metrics[TIE][good])]
    strict = judge.strict
    strictly = meets(strict, metrics)[good]
    chosen, unsure = _confirmed(task, judge, good, strictly) if judge.needed else (int(good[0]), None)
    fast, cost = good[strictly], float(costs[chosen])
    return Solution(
        search="enumeration",
        mix=_mix(task, chosen),
        cost=cost,
        bound=cost if unsure is None else min(float(costs[unsure]), cost),
        analyses=source.rows,
        confirmations=judge.meter.analyses,
        fast_mix=_mix(task, int(fast[0])) if fast.size else None,
        savings=_savings(strict, metrics, costs, float(costs[fast[0]])) if fast.size else {},
        front=_front(task, fast, costs, metrics) if task.request.front else None,
    )


def _mix(task: Task, row: int) -> NDArray[np.intp]:
    mix: NDArray[np.intp] = task.lattice.levels(np.array([row]))[0]
    return mix


def _confirmed(task: Task, judge: Judge, rows: NDArray[np.intp], strictly: NDArray[np.bool_]) -> tuple[int, int | None]:
    """Give the first row that the better method confirms, and the first that it was not asked about before, if any.

    `rows` are in order; those that are not `strictly` good miss a target by method fast, but not by much.
    """
    place, batch = 0, 1
    while place < min(len(rows), _MOST_CONFIRMED):
        part = rows[place : place + batch]
        holds = judge.holds(task.lattice.levels(part))
        if holds.any():
            return int(part[np.argmax(holds)]), None
        place, batch = place + len(part), min(2 * batch, _LARGEST_BATCH)
    rest = rows[place:][strictly[place:]][:_MOST_CONFIRMED]
    for start in range(0, len(rest), _LARGEST_BATCH):
        part = rest[start : start + _LARGEST_BATCH]
        holds = judge.holds(task.lattice.levels(part))
        if holds.any():
            return int(part[np.argmax(holds)]), int(rows[place])
    raise judged_none(task, judge)


def judged_none(task: Task, judge: Judge) -> RefusedError:
    """Make the error where method fast finds mixes, and the method that was asked for confirms none of them."""
    levels, metrics = judge.meter.history()
    reason = why_none(task.lattice, levels, metrics, judge.strict, task.measures.units)
    return no_mix(f"by method {judge.meter.method}, {reason}")


def _savings(strict: Sequence[Requirement], metrics: Columns, costs: Floats, cost: float) -> dict[Requirement, float]:
    """Give what leaving each requirement out saves."""
    found = {}
    for requirement in strict:
        others = [other for other in strict if other != requirement]
        free = meets(others, metrics) if others else np.ones(len(costs), bool)
        found[requirement] = cost - float(costs[free].min())
    return found


def _front(task: Task, rows: NDArray[np.intp], costs: Floats, metrics: Columns) -> Front:
    """Give the trade-off among the rows that meet all requirements."""
    found = rows[non_dominated(costs[rows], loss_of((task.trade, 1), metrics)[rows])]
    kept = found[spread(len(found), task.request.front.most_points)] if task.request.front and found.size else found
    return Front(task.lattice.levels(kept), costs[kept], metrics[task.trade][kept], len(kept) == len(found), len(found))
