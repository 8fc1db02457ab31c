"""The rows of a staging study: each year of some schedules on each path."""

from collections.abc import Mapping

import numpy as np

from hubcalc.studies.base import ROW, Columns, StudyColumn
from hubcalc.studies.staging.case import Case
from hubcalc.studies.staging.plans import Schedule
from hubcalc.studies.staging.solution import Solution
from hubcalc.words import plural

SCHEDULES: Mapping[str, str] = {
    "best": "the greatest expected net present value",
    "hindsight": "the best of each path, if it were known",
    "rule": "the next expansion is decided when demand passes a share of the capacity",
    "least_regret": "the least largest regret",
    "nothing": "nothing is built",
}
"""What the rows tell of, in their order."""
MONEY: Mapping[str, str] = {
    "revenue_usd": "Margin of what is served",
    "waiting_usd": "Value of the time of what is served",
    "unserved_usd": "Loss of what is not served",
    "operating_usd": "Cost of operation",
    "capital_usd": "Cost of building and of replacing",
    "residual_usd": "Value that is left at the horizon, in the last year",
}


def columns_of(case: Case) -> tuple[StudyColumn, ...]:
    """Describe the columns of the rows."""
    per_day = f"{plural(case.hub.flows[case.flow].unit)}/day"
    return (
        StudyColumn(ROW, type="integer"),
        StudyColumn("schedule", type="text", description=f"One of {', '.join(SCHEDULES)}"),
        StudyColumn("path", type="text", description="Path of demand"),
        StudyColumn("year", "", "integer", "Calendar year"),
        StudyColumn("built", type="text", description="Expansions that stand"),
        StudyColumn("demand_per_day", per_day, description="What wants to pass"),
        StudyColumn("capacity_per_day", per_day, description=f"The {case.request.capacity} capacity of what stands"),
        StudyColumn("served_per_day", per_day, description="What passes: the demand up to the capacity"),
        StudyColumn("unserved_per_day", per_day, description="What goes elsewhere"),
        StudyColumn("utilization", "1", description="Of the stage that is loaded most, at the flow that passes"),
        StudyColumn("wait_mean_hours", "h", description="Mean wait of what passes"),
        StudyColumn("dwell_mean_hours", "h", description="Mean time from arrival to departure"),
        *(StudyColumn(name, "USD", description=text) for name, text in MONEY.items()),
        StudyColumn("net_usd", "USD", description="Revenue and residual value less the rest"),
        StudyColumn("discounted_usd", "USD", description="The same at the beginning of the first year"),
    )


def schedules_of(solution: Solution) -> Schedule:
    """Give when each expansion is ready, shape (schedules, paths, expansions)."""
    shape = solution.hindsight.shape
    fixed = {"best": solution.best, "least_regret": solution.least.schedule, "nothing": solution.nothing}
    varied = {"hindsight": solution.hindsight, "rule": solution.rule.schedules}
    return np.stack([varied[name] if name in varied else np.broadcast_to(fixed[name], shape) for name in SCHEDULES])


def rows_of(case: Case, solution: Solution) -> Columns:
    """Make the rows: schedules, in each the paths, in each the years."""
    schedules = schedules_of(solution)
    years, paths = case.years, len(case.paths)
    stands = case.sets.index(schedules[:, :, None, :] <= np.arange(years)[:, None])
    shape, place = stands.shape, (stands, np.arange(years), np.arange(paths)[:, None])
    sums, flows, capital = solution.sums, solution.flows, solution.capital
    # what is never built has no year; it is looked up in the last one and left out
    expansions = np.arange(schedules.shape[-1])
    ready, built = np.minimum(schedules, years - 1), schedules < years
    paid = np.where(built[..., None], capital.paid[expansions, ready], 0.0).sum(axis=2)
    left = np.zeros(shape)
    left[..., -1] = np.where(built, capital.left[expansions, ready], 0.0).sum(axis=2)
    current = sums.total[place] - paid
    ids = [expansion.id for expansion in case.expansions]
    names = [", ".join(np.array(ids, dtype=object)[members]) for members in case.sets.members]
    found = {
        ROW: np.arange(stands.size).reshape(shape),
        "schedule": np.array(list(SCHEDULES), dtype=object)[:, None, None],
        "path": np.array(case.paths, dtype=object)[:, None],
        "year": case.request.first_year + np.arange(years),
        "built": np.array(names, dtype=object)[stands],
        "demand_per_day": case.demand.T,
        "capacity_per_day": solution.levels.capacity[stands],
        "served_per_day": flows.served[place],
        "unserved_per_day": flows.unserved[place],
        "utilization": flows.utilization[place],
        "wait_mean_hours": flows.wait[place],
        "dwell_mean_hours": flows.dwell[place],
        "revenue_usd": sums.revenue[place],
        "waiting_usd": sums.waiting[place],
        "unserved_usd": sums.unserved[place],
        "operating_usd": sums.operating[place],
        "capital_usd": paid,
        "residual_usd": left,
        "net_usd": current + left,
        "discounted_usd": current * capital.factors + left * capital.final,
    }
    return {name: np.ascontiguousarray(np.broadcast_to(column, shape)).reshape(-1) for name, column in found.items()}
