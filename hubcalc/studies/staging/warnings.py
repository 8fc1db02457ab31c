"""What the reader of a staging study should know."""

from collections.abc import Iterator

import numpy as np

from hubcalc.studies.staging.case import Case
from hubcalc.studies.staging.plans import Schedule
from hubcalc.studies.staging.solution import Solution
from hubcalc.words import some
from hubmodels.results import Advice

_ROUNDING = 1e-9


def conventions_of(case: Case) -> list[str]:
    """Say in words what a study takes for granted."""
    request, economics = case.request, case.request.economics
    first, last = request.first_year, request.first_year + case.years - 1
    when = "in the middle of it" if economics.cash_flows == "mid_year" else "at its end"
    grows = "all flows of the document grow with it" if request.scale is None else "the other flows stay as they are"
    return [
        f"Money is in dollars of {economics.usd_year or first}, without inflation, at a real discount rate of "
        f"{economics.discount_rate:g} a year, valued at the beginning of {first}; that of a year counts {when}.",
        "Capital is paid in equal parts over the lead years, or in the year in which an expansion is ready if it has "
        "none. What is worn out is replaced at the same cost and without a gap.",
        f"At the end of {last} what is left of each expansion counts, worn in a straight line; what it would earn "
        "later does not.",
        f"Demand counts flow {case.flow} ({grows}); a year has {case.days_per_year:g} days that count.",
        f"Demand beyond the {request.capacity} capacity is not served and waits nowhere. Times are those of the flow "
        "that is served.",
        "Each path keeps its percentile in all years, and its weight is the probability of it all.",
        "A fixed schedule is decided today, the best in hindsight with all demand known. A rule knows the demand of "
        "the year in which it decides; it builds what pays on some path, in the order of the list.",
    ]


def warnings_of(case: Case, solution: Solution, due: Schedule) -> Iterator[Advice]:
    """Warn of what adds nothing, never pays, comes too late, or does not suffice."""
    yield from _levels(case, solution)
    yield from _never(case, solution)
    yield from _late(case, due)
    in_time = ~case.sets.members[:, case.leads >= case.years].any(axis=1)
    most = solution.levels.capacity[in_time].max()
    beyond = [path for path, demand in zip(case.paths, case.demand[-1], strict=True) if demand > most]
    if beyond:
        message = (
            f"with all that pays or not, {most:.4g} units a day are the most; demand on {some(beyond)} outgrows it"
        )
        yield Advice(code="demand_outgrows_all", message=message)
    if solution.flows.at_limit.any():
        message = (
            "beyond the practical capacity times and their cost are those at the practical capacity: a lower bound"
        )
        yield Advice(code="times_at_practical_limit", message=message)
    least = solution.least
    if least.bound < least.regret * (1 - _ROUNDING):
        message = f"another schedule may have a largest regret of {least.bound:,.0f} USD, but none a smaller one"
        yield Advice(code="least_regret_not_proven", message=message)


def _levels(case: Case, solution: Solution) -> Iterator[Advice]:
    """Warn of expansions that add no capacity where they stand in the list."""
    levels, chain = solution.levels, case.chain
    standing = [case.expansions[i] for i in case.order]
    for place, expansion in enumerate(standing):
        before, after = levels.capacity[chain[place]], levels.capacity[chain[place + 1]]
        if after > before * (1 + _ROUNDING):
            continue
        earlier = [other.id for other in standing[:place]]
        where = f" after {some(earlier)}" if earlier else ""
        limit, following = levels.bottleneck[chain[place + 1]], levels.next_bottleneck[chain[place + 1]]
        then = f", the next one {following}" if following else ""
        lost = after < before * (1 - _ROUNDING)
        what = f"lowers the {case.request.capacity} capacity" if lost else f"adds no {case.request.capacity} capacity"
        message = f"{expansion.id} {what}{where}: the bottleneck is {limit} then{then}"
        yield Advice(code="expansion_lowers_capacity" if lost else "expansion_adds_nothing", message=message)


def _never(case: Case, solution: Solution) -> Iterator[Advice]:
    """Warn of what no optimum builds."""
    optima = np.vstack([solution.best[None], solution.hindsight])
    for place in np.flatnonzero((optima >= case.years).all(axis=0)):
        expansion = case.expansions[place]
        if case.leads[place] >= case.years:
            message = f"{expansion.id} cannot be ready before the horizon: it takes {expansion.lead_years} years"
            yield Advice(code="expansion_too_slow", message=message)
        else:
            message = f"{expansion.id} does not pay before the horizon on any path: no best schedule builds it"
            yield Advice(code="expansion_never_pays", message=message)


def _late(case: Case, due: Schedule) -> Iterator[Advice]:
    """Warn of what should have been decided already."""
    for place, expansion in enumerate(case.expansions):
        years = expansion.lead_years - due[:, place]
        late = (due[:, place] < case.years) & (years > 0)
        if late.any():
            paths = [path for path, so in zip(case.paths, late, strict=True) if so]
            most = int(years[late].max())
            by = f"{most} {'year' if most == 1 else 'years'}"
            message = f"{expansion.id} is needed on {some(paths)} up to {by} before it can be ready"
            yield Advice(code="expansion_too_late", message=message)
