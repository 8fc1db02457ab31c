"""The schedules that a staging study tells of: best, in hindsight, by rule, of least regret, and what comes of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.studies.staging.case import Case
from hubcalc.studies.staging.cash import capital_costs, discount_factors, final_factor, outlays, residual_values
from hubcalc.studies.staging.flows import Flows, Levels, Sums, flows_of, levels_of, sums_of
from hubcalc.studies.staging.plans import Schedule, in_order, moved, prefixes_of
from hubcalc.studies.staging.regret import LeastRegret, least_regret
from hubcalc.studies.staging.schedules import Prospects, best_schedule, by_rule, worth
from hubcalc.studies.steps import tell
from hubmodels.studies.job import StudyStep
from hubmodels.studies.staging import StagingRequest


@dataclass(frozen=True, slots=True, eq=False)
class Capital:
    """What the expansions cost.

    Attributes
    ----------
    factors : array, shape (years,)
        Discount factors of the years.
    final : float
        Discount factor of the horizon.
    paid : array, shape (expansions, years, years)
        What is paid, by the year in which it is ready and the year in which it is paid. [USD]
    left : array, shape (expansions, years)
        Residual value, by the year in which it is ready. [USD]
    costs : array, shape (expansions, years)
        Present value of both; inf where it cannot be ready. [USD]
    """

    factors: FloatArray
    final: float
    paid: FloatArray
    left: FloatArray
    costs: FloatArray


def capital_of(request: StagingRequest, years: int) -> Capital:
    """Price the expansions of a request."""
    economics = request.economics
    factors = discount_factors(economics.discount_rate, years, economics.cash_flows)
    final = final_factor(economics.discount_rate, years)
    paid, left, costs = [], [], []
    for expansion in request.expansions:
        paid.append(outlays(expansion.capital_usd, expansion.lead_years, expansion.life_years, years))
        left.append(residual_values(expansion.capital_usd, expansion.life_years, years))
        costs.append(capital_costs(paid[-1], left[-1], expansion.lead_years, factors, final))
    return Capital(factors, final, np.array(paid), np.array(left), np.array(costs))


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A rule that waits and sees: its share of the capacity, and when it builds on each path, shape (paths, ...)."""

    share: float
    schedules: Schedule
    worth: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """All that a staging study finds out; schedules hold the year in which each expansion is ready, counted from 0."""

    levels: Levels
    flows: Flows
    sums: Sums
    capital: Capital
    prospects: Prospects
    best: Schedule
    hindsight: Schedule
    """Shape (paths, expansions)."""
    known: FloatArray
    """Worth of each path's own best schedule, shape (paths,). [USD]"""
    rules: tuple[Rule, ...]
    rule: Rule
    least: LeastRegret

    @property
    def nothing(self) -> Schedule:
        """The schedule that builds nothing."""
        return np.full_like(self.best, self.prospects.years)


def solve(case: Case) -> Solution:
    """Find the schedules.

    Raises
    ------
    RefusedError
        If a capacity cannot be given, or times have a price and no mean.
    """
    levels = levels_of(case)
    flows = flows_of(case, levels)
    sums, capital = sums_of(case, flows), capital_of(case.request, case.years)
    prospects = Prospects(case.sets, sums.total * capital.factors[:, None], capital.costs)
    best = best_schedule(prospects, case.weights)
    hindsight = np.array([_best_of_path(prospects, path) for path in range(prospects.paths)])
    known = np.array([worth(prospects, schedule)[path] for path, schedule in enumerate(hindsight)])
    rules = tuple(_rules(case, levels, prospects, np.vstack([best[None], hindsight])))
    rule = max(rules, key=lambda rule: (float(rule.worth @ case.weights), rule.share))
    least = least_regret(prospects, known)
    return Solution(levels, flows, sums, capital, prospects, best, hindsight, known, rules, rule, least)


def _best_of_path(prospects: Prospects, path: int) -> Schedule:
    """Find the best schedule of one path, if it were known."""
    tell(partial(StudyStep, what="best schedule of each path", done=path, total=prospects.paths, unit="paths"))
    return best_schedule(prospects, np.eye(prospects.paths)[path])


def _rules(case: Case, levels: Levels, prospects: Prospects, optima: Schedule) -> Iterator[Rule]:
    """Try each share of the capacity; what no optimum builds, a rule does not build either.

    Of expansions that exclude each other it builds those of the first optimum.
    """
    expansions = len(case.expansions)
    built = optima < case.years
    wanted = [*np.flatnonzero(built[0]), *np.flatnonzero(built.any(axis=0) & ~built[0])]
    sequence = np.array(in_order(case.sets, wanted), dtype=np.int64)
    capacity = levels.capacity[case.sets.index(prefixes_of(sequence.tolist(), expansions))]
    for share in sorted(set(case.request.rule_shares)):
        schedules = np.array(
            [by_rule(demand, capacity, sequence, case.leads, share, expansions) for demand in case.demand.T]
        )
        found = [worth(prospects, schedule)[path] for path, schedule in enumerate(schedules)]
        yield Rule(share, schedules, np.array(found))


@dataclass(frozen=True, slots=True, eq=False)
class Alternative:
    """A schedule to compare with the best one; `moved` is None where no single expansion was moved by some years."""

    name: str
    schedule: Schedule
    expansion: str | None = None
    moved: int | None = None


def alternatives(case: Case, solution: Solution, due: Schedule) -> Iterator[Alternative]:
    """Give schedules whose regret is worth knowing.

    Parameters
    ----------
    case : Case
        The request.
    solution : Solution
        What was found.
    due : int array, shape (paths, expansions)
        Year in which each expansion is needed on each path; the number of years: not before the horizon.

    Yields
    ------
    Alternative
        The best schedule, nothing, the one of least regret, the best in hindsight, building when it is needed on each
        path, and the best with each expansion earlier, later, and never.
    """
    best = solution.best
    yield Alternative("best", best)
    yield Alternative("nothing", solution.nothing)
    yield Alternative("least_regret", solution.least.schedule)
    for path, schedule in zip(case.paths, solution.hindsight, strict=True):
        yield Alternative(f"hindsight {path}", schedule)
    for path, years in zip(case.paths, due, strict=True):
        ready = np.full_like(years, case.years)
        ready[case.order] = np.maximum.accumulate(np.maximum(years, case.leads)[case.order])
        yield Alternative(f"when needed on {path}", ready)
    shifts = [shift for shift in range(-case.request.regret_years, case.request.regret_years + 1) if shift]
    for place in np.flatnonzero(best < case.years):
        name = case.expansions[place].id
        for shift in shifts:
            year = int(best[place]) + shift
            changed = moved(best, int(place), year, case.ancestors, case.leads) if year < case.years else None
            if changed is not None:
                yield Alternative(f"{name} {_shifted(shift)}", changed, name, shift)
        never = moved(best, int(place), case.years, case.ancestors, case.leads)
        if never is not None:
            yield Alternative(f"{name} never", never, name)


def _shifted(shift: int) -> str:
    """Say a number of years.

    >>> _shifted(-1), _shifted(2)
    ('1 year early', '2 years late')
    """
    return f"{abs(shift)} {'year' if abs(shift) == 1 else 'years'} {'early' if shift < 0 else 'late'}"


def when_due(case: Case, solution: Solution) -> Schedule:
    """Give the first year in which each expansion is needed on each path, if they are built in the order of the list.

    The next one is needed when demand exceeds the share of the capacity, or the wait its limit, with those before it.

    Returns
    -------
    int array, shape (paths, expansions)
        Years, counted from 0; the number of years: not before the horizon, or not in that order at all.
    """
    chain, request = case.chain[:-1], case.request
    exceeded = case.demand[None] > request.trigger_share * solution.levels.capacity[chain, None, None]
    if request.trigger_wait_hours is not None:
        served = solution.flows.served[chain] > 0
        # where there is no mean, it is over every limit
        exceeded = exceeded | (served & ~(solution.flows.wait[chain] <= request.trigger_wait_hours))
    first = np.where(exceeded.any(axis=1), exceeded.argmax(axis=1), case.years)
    due = np.full((len(case.paths), len(case.expansions)), case.years, dtype=np.int64)
    due[:, case.order] = np.maximum.accumulate(first.T, axis=1)
    return due
