"""The result of a staging study."""

from typing import Any

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.studies.base import RowSource
from hubcalc.studies.staging.case import Case
from hubcalc.studies.staging.charts import charts_of
from hubcalc.studies.staging.plans import Schedule, standing
from hubcalc.studies.staging.schedules import worth
from hubcalc.studies.staging.solution import Alternative, Solution, alternatives, when_due
from hubcalc.studies.staging.table import MONEY, SCHEDULES, columns_of
from hubcalc.studies.staging.warnings import conventions_of, warnings_of
from hubcalc.version import MODEL_VERSION
from hubmodels.studies.base import RowColumn
from hubmodels.studies.staging import (
    Level,
    PresentValues,
    Ruled,
    Scheduled,
    StagingResult,
    Staircase,
    Step,
    Trigger,
)


def result_of(case: Case, solution: Solution, source: RowSource) -> StagingResult:
    """Put the result of a staging study together."""
    due = when_due(case, solution)
    regrets = [_scheduled(case, solution, found) for found in alternatives(case, solution, due)]
    named = {found.name: found for found in regrets}
    columns = columns_of(case)
    best, staircase = named["best"], _staircase(case, solution)
    rule = Ruled(
        **_worth(case, solution, "rule", solution.rule.worth),
        share=solution.rule.share,
        years={path: _years(case, years) for path, years in zip(case.paths, solution.rule.schedules, strict=True)},
    )
    demand = next(column for column in columns if column.name == "demand_per_day")
    return StagingResult(
        subject=case.subject,
        model_version=MODEL_VERSION,
        rows=source.rows,
        columns=[RowColumn(name=c.name, unit=c.unit, description=c.description) for c in columns],
        warnings=list(warnings_of(case, solution, due)),
        usd_year=case.request.economics.usd_year or case.request.first_year,
        conventions=conventions_of(case),
        weights=_by_path(case, case.weights),
        levels=_levels(case, solution),
        triggers=_triggers(case, due),
        best=best,
        nothing=named["nothing"],
        hindsight={path: named[f"hindsight {path}"] for path in case.paths},
        rule=rule,
        rule_npv_usd={f"{tried.share:g}": float(tried.worth @ case.weights) for tried in solution.rules},
        perfect_information_usd=best.expected_regret_usd,
        least_regret=named["least_regret"],
        least_regret_bound_usd=solution.least.bound,
        regrets=regrets,
        present_values=_present_values(case, solution, source),
        staircase=staircase,
        charts=charts_of(case.hub.name, demand.unit, staircase, regrets, rule, case.expansions),
    )


def _worth(case: Case, solution: Solution, name: str, npv: FloatArray) -> dict[str, Any]:
    """Give what all that is worth something has in common."""
    nothing = worth(solution.prospects, solution.nothing)
    # the best schedule of a path is worth at least as much as any other, but for the last digits
    regret = np.maximum(solution.known - npv, 0.0)
    mean = float(npv @ case.weights)
    return {
        "name": name,
        "npv_usd": _by_path(case, npv),
        "expected_npv_usd": mean,
        "deviation_usd": float(np.sqrt((npv - mean) ** 2 @ case.weights)),
        "gain_usd": float((npv - nothing) @ case.weights),
        "worse_than_nothing_share": float(case.weights[npv < nothing].sum()),
        "regret_usd": _by_path(case, regret),
        "largest_regret_usd": float(regret.max()),
        "expected_regret_usd": float(regret @ case.weights),
    }


def _scheduled(case: Case, solution: Solution, found: Alternative) -> Scheduled:
    return Scheduled(
        **_worth(case, solution, found.name, worth(solution.prospects, found.schedule)),
        years=_years(case, found.schedule),
        expansion=found.expansion,
        moved_years=found.moved,
    )


def _years(case: Case, schedule: Schedule) -> dict[str, int | None]:
    """Give calendar years, none for what is never built."""
    first = case.request.first_year
    return {
        expansion.id: first + int(year) if year < case.years else None
        for expansion, year in zip(case.expansions, schedule, strict=True)
    }


def _by_path(case: Case, values: FloatArray) -> dict[str, float]:
    return {path: float(value) for path, value in zip(case.paths, values, strict=True)}


def _levels(case: Case, solution: Solution) -> list[Level]:
    """Give the capacity with nothing, the first, the first two ... of the list, but for what they exclude."""
    levels, found, before = solution.levels, [], None
    for place, expansion in zip(case.chain, [None, *(case.expansions[i] for i in case.order)], strict=True):
        capacity = float(levels.capacity[place])
        found.append(
            Level(
                expansion=expansion.id if expansion else None,
                capacity_per_day=capacity,
                added_per_day=0.0 if before is None else capacity - before,
                bottleneck=levels.bottleneck[place],
                next_bottleneck=levels.next_bottleneck[place],
            )
        )
        before = capacity
    return found


def _triggers(case: Case, due: Schedule) -> list[Trigger]:
    first, found = case.request.first_year, []
    for path, years in zip(case.paths, due, strict=True):
        for expansion, year in ((case.expansions[i], years[i]) for i in case.order):
            needed = first + int(year) if year < case.years else None
            decided = None if needed is None else needed - expansion.lead_years
            found.append(
                Trigger(
                    path=path,
                    expansion=expansion.id,
                    trigger_year=needed,
                    decision_year=decided,
                    years_late=0 if decided is None else max(first - decided, 0),
                )
            )
    return found


def _present_values(case: Case, solution: Solution, source: RowSource) -> dict[str, list[PresentValues]]:
    """Sum up the rows: what each net present value is made of."""
    shape = (len(SCHEDULES), len(case.paths), case.years)
    factors, final = solution.capital.factors, solution.capital.final
    sums = {
        name: source.column(name).reshape(shape) @ (np.full(case.years, final) if name == "residual_usd" else factors)
        for name in MONEY
    }
    sums["npv_usd"] = source.column("discounted_usd").reshape(shape).sum(axis=-1)
    return {
        schedule: [
            PresentValues(path=path, **{name: float(values[i, j]) for name, values in sums.items()})
            for j, path in enumerate(case.paths)
        ]
        for i, schedule in enumerate(SCHEDULES)
    }


def _staircase(case: Case, solution: Solution) -> Staircase:
    first = case.request.first_year
    stands = standing(case.sets, solution.best, case.years)
    capacity = solution.levels.capacity
    steps, before = [], 0
    for year, place in enumerate(stands):
        built = [e.id for e, ready in zip(case.expansions, solution.best, strict=True) if ready == year]
        if built:
            steps.append(
                Step(
                    year=first + year,
                    expansions=built,
                    capacity_before_per_day=float(capacity[before]),
                    capacity_after_per_day=float(capacity[place]),
                )
            )
        before = int(place)
    return Staircase(
        years=list(range(first, first + case.years)),
        demand_per_day={path: case.demand[:, i].tolist() for i, path in enumerate(case.paths)},
        capacity_per_day=capacity[stands].tolist(),
        steps=steps,
    )
