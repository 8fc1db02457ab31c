"""From what a search has found to the result document."""

from collections.abc import Iterator
from typing import Literal

import numpy as np

from hubcalc.analysis.metrics import METRIC_NAMES
from hubcalc.charts.studies import front as front_chart
from hubcalc.readings import number
from hubcalc.studies.base import StudyColumn
from hubcalc.studies.evaluators.hubs import COSTLY
from hubcalc.studies.sizing.measures import Told
from hubcalc.studies.sizing.requirements import ROUNDING, Requirement
from hubcalc.studies.sizing.solution import Solution
from hubcalc.studies.sizing.task import Task
from hubcalc.version import MODEL_VERSION
from hubcalc.words import some
from hubmodels.results import Advice, Metric
from hubmodels.studies.base import RowColumn
from hubmodels.studies.sizing import (
    FrontPoint,
    SizingFront,
    SizingItem,
    SizingNeighbor,
    SizingResult,
    TargetOutcome,
)


def build_result(task: Task, solution: Solution, columns: tuple[StudyColumn, ...], rows: int) -> SizingResult:
    """Build the result: costs by item, targets with their margins, what one step more or less does, and the front."""
    request, mix = task.request, task.lattice.mix(solution.mix)
    told = task.measures.told(mix, request.method)
    items = _items(task, solution)
    names = [name for name in METRIC_NAMES if name not in COSTLY or name in task.measures.names]
    front = _front(task, solution)
    return SizingResult(
        subject=task.subject,
        model_version=MODEL_VERSION,
        rows=rows,
        columns=[RowColumn(name=c.name, unit=c.unit, description=c.description) for c in columns],
        warnings=[*_warnings(task, solution), *told.warnings()],
        charts={"front": _chart(task, solution, front)} if front and front.points else {},
        search=solution.search,
        monotonicity=solution.monotonicity,
        pairs_checked=solution.pairs,
        method=request.method,
        mixes=task.lattice.size,
        analyses=solution.analyses,
        confirmations=solution.confirmations,
        cost_usd_per_year=solution.cost,
        capital_usd=sum(item.capital_usd for item in items),
        lower_bound_usd_per_year=solution.bound,
        gap=(solution.cost - solution.bound) / solution.cost if solution.cost > 0 else 0.0,
        discount_rate=request.discount_rate,
        items=items,
        targets=[_outcome(requirement, told, solution) for requirement in task.requirements],
        metrics={str(name): told.metric(name) for name in dict.fromkeys([*names, *task.measures.names])},
        neighbors=list(_neighbors(task, solution)),
        front=front,
    )


def _items(task: Task, solution: Solution) -> list[SizingItem]:
    found = []
    for choice, level in zip(task.lattice.choices, solution.mix, strict=True):
        leaf = task.inputs[choice.path]
        found.append(
            SizingItem(
                path=choice.path,
                value=float(choice.values[level]),
                present=None if leaf.value is None else float(leaf.value),
                unit=leaf.unit,
                capital_usd=float(choice.capital_usd[level]),
                annuity_usd_per_year=float(choice.annuity_usd_per_year[level]),
                operating_usd_per_year=float(choice.operating_usd_per_year[level]),
                cost_usd_per_year=float(choice.cost_usd_per_year[level]),
            )
        )
    return found


def _outcome(requirement: Requirement, told: Told, solution: Solution) -> TargetOutcome:
    metric: Metric = told.metric(requirement.metric)
    value = metric.value if isinstance(metric.value, float) else None
    saving = solution.savings.get(requirement.strict())
    if saving is not None and saving <= ROUNDING * solution.cost:
        saving = 0.0
    return TargetOutcome(
        metric=requirement.metric,
        unit=metric.unit,
        at_most=requirement.bound if requirement.sense > 0 else None,
        at_least=requirement.bound if requirement.sense < 0 else None,
        value=value,
        verdict=metric.verdict,
        margin=None if value is None else requirement.sense * (requirement.bound - value),
        saving_usd_per_year=saving,
        binds=None if saving is None else saving > 0,
    )


def _neighbors(task: Task, solution: Solution) -> Iterator[SizingNeighbor]:
    """Give the mixes one step away, analyzed by the method that was asked for."""
    moves: list[tuple[int, Literal[-1, 1]]] = []
    for i, size in enumerate(task.lattice.sizes):
        if solution.mix[i] > 0:
            moves.append((i, -1))
        if solution.mix[i] < size - 1:
            moves.append((i, 1))
    levels = np.repeat(solution.mix[None, :], len(moves), axis=0)
    for row, (choice, step) in enumerate(moves):
        levels[row, choice] += step
    metrics = task.measures.evaluate(task.lattice.values(levels), len(levels), task.request.method)
    costs = task.lattice.costs(levels)
    for row, (choice, step) in enumerate(moves):
        here = {name: metrics[name][row : row + 1] for name in task.measures.names}
        missed = [r.metric for r in task.requirements if r.miss(here)[0] > 0]
        yield SizingNeighbor(
            path=task.lattice.choices[choice].path,
            value=float(task.lattice.choices[choice].values[levels[row, choice]]),
            steps=step,
            cost_change_usd_per_year=float(costs[row]) - solution.cost,
            metrics={name: number(float(column[0])) for name, column in here.items()},
            missed=list(dict.fromkeys(missed)),
        )


def _front(task: Task, solution: Solution) -> SizingFront | None:
    front = solution.front
    if front is None:
        return None
    points = [
        FrontPoint(values=task.lattice.mix(mix), cost_usd_per_year=float(cost), value=float(value))
        for mix, cost, value in zip(front.levels, front.costs, front.values, strict=True)
    ]
    unit = task.measures.units[task.trade]
    return SizingFront(metric=task.trade, unit=unit, complete=front.complete, points_in_all=front.in_all, points=points)


def _chart(task: Task, solution: Solution, front: SizingFront) -> dict[str, object]:
    names = [choice.path.rpartition(".")[2] for choice in task.lattice.choices]
    labels = [
        ", ".join(f"{name} {value:g}" for name, value in zip(names, point.values.values(), strict=True))
        for point in front.points
    ]
    chosen = next((i for i, p in enumerate(front.points) if p.values == task.lattice.mix(solution.mix)), None)
    return front_chart(
        f"{task.subject.name}: cost against {str(task.trade).replace('_', ' ')}",
        ("cost", "USD/year", [point.cost_usd_per_year for point in front.points]),
        (task.trade, front.unit, [point.value for point in front.points]),
        labels,
        chosen,
    )


def _warnings(task: Task, solution: Solution) -> Iterator[Advice]:
    if task.request.front is not None and solution.front is None:
        yield Advice(code="no_front", message="No front was looked for, since the budget of analyses was spent.")
    if solution.bound < solution.cost:
        message = (
            f"The search ended before it was proven that nothing is cheaper: a mix might cost as little as "
            f"{solution.bound:,.0f} USD a year. A larger most_analyses goes on."
        )
        yield Advice(code="not_proven", message=message)
    if solution.monotonicity == "checked":
        message = (
            f"Not every mix was analyzed: that more of a choice moves each metric one way only was checked on "
            f"{solution.pairs:,} pairs of mixes and in the search, and holds in them."
        )
        yield Advice(code="monotone_assumed", message=message)
    if solution.monotonicity == "violated":
        message = "Some metric is not moved one way by each choice; the search allowed for it where that was seen."
        yield Advice(code="not_monotone", message=message)
    fast = solution.fast_mix
    if fast is not None and not np.array_equal(fast, solution.mix):
        other = ", ".join(f"{path}={value:g}" for path, value in task.lattice.mix(fast).items())
        message = f"Method fast alone would have chosen another mix, {other}; savings and front are by it."
        yield Advice(code="methods_differ", message=message)
    ends = [
        choice.path
        for choice, level in zip(task.lattice.choices, solution.mix, strict=True)
        if level == len(choice.values) - 1 > 0
    ]
    if ends:
        message = f"The largest value allowed was chosen for {some(ends)}; still larger ones might be cheaper in all."
        yield Advice(code="largest_chosen", message=message)
