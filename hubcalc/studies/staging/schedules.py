"""The best schedule: when to build what, exactly, by dynamic programming over the years and what stands.

The worth of a schedule is a sum over the years of what the set that stands earns, less what each expansion costs by the
year in which it is ready. So the best continuation from a year on depends on the set that stands alone.
"""

from dataclasses import dataclass

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.errors import ArgumentError, Problem
from hubcalc.studies.staging.plans import BuiltSets, Integers, Schedule, standing


@dataclass(frozen=True, slots=True, eq=False)
class Prospects:
    """What each set earns in each year on each path, and what each expansion costs.

    Attributes
    ----------
    sets : BuiltSets
        What may stand.
    values : array, shape (sets, years, paths)
        Present value of what a set earns in a year, without the capital. [USD]
    costs : array, shape (expansions, years)
        Present value of building an expansion by the year in which it is ready; inf where it cannot be. [USD]
    """

    sets: BuiltSets
    values: FloatArray
    costs: FloatArray

    def __post_init__(self) -> None:
        shape = (self.sets.sets, self.costs.shape[1])
        if self.values.ndim != 3 or self.values.shape[:2] != shape or len(self.costs) != self.sets.expansions:
            given = f"values {self.values.shape}, costs {self.costs.shape}"
            allowed = f"values (sets, years, paths) of {self.sets.sets} sets, costs (expansions, years)"
            message = "shapes do not fit together"
            raise ArgumentError.of(Problem(message, parameter="values", given=given, allowed=allowed))
        if not np.isfinite(self.values).all() or np.isnan(self.costs).any():
            raise ArgumentError.of(Problem("not a number", parameter="values", allowed="finite numbers"))

    @property
    def years(self) -> int:
        """How many years there are."""
        return int(self.values.shape[1])

    @property
    def paths(self) -> int:
        """How many paths there are."""
        return int(self.values.shape[2])


def worth(prospects: Prospects, schedule: Schedule) -> FloatArray:
    """Give the net present value of a schedule on each path.

    Parameters
    ----------
    prospects : Prospects
        What sets earn and expansions cost.
    schedule : int array, shape (expansions,)
        Year in which each is ready; the number of years: never.

    Returns
    -------
    array, shape (paths,)
        Net present values; -inf if something would be ready before it can be. [USD]

    Raises
    ------
    ArgumentError
        If an expansion would stand without what it requires.
    """
    stands = standing(prospects.sets, schedule, prospects.years)
    earned = prospects.values[stands, np.arange(prospects.years)].sum(axis=0)
    built = np.flatnonzero(schedule < prospects.years)
    return np.asarray(earned - prospects.costs[built, schedule[built]].sum())


def worth_to_go(prospects: Prospects, weights: FloatArray) -> FloatArray:
    """Give the most that can still be earned before each decision, from each set.

    Each year the expansions are decided on one after the other, in the order of the list, so that what one requires has
    been decided on before it. With V the worth to go before the decision on expansion k in year t, and S a set [1]_:
    V(t, k, S) = max(V(t, k + 1, S), V(t, k + 1, S with k) - cost of k at t); after the last decision of a year what
    stands earns: V(t, n, S) = value(S, t) + V(t + 1, 0, S).

    Parameters
    ----------
    prospects : Prospects
        What sets earn and expansions cost.
    weights : array, shape (paths,)
        Weight of each path: its probability, or 1 for one and 0 for the others.

    Returns
    -------
    array, shape (years * expansions + 1, sets)
        Worth to go before each decision, and after the last year, when it is 0. [USD]

    References
    ----------
    .. [1] R. Bellman (1957), "Dynamic Programming", Princeton University Press.
    """
    sets, expansions = prospects.sets, prospects.sets.expansions
    to_go = np.zeros((prospects.years * expansions + 1, sets.sets))
    for year in range(prospects.years - 1, -1, -1):
        kept = to_go[(year + 1) * expansions] + prospects.values[:, year] @ weights
        for expansion in range(expansions - 1, -1, -1):
            kept = np.maximum(kept, added(prospects, kept, expansion, year))
            to_go[year * expansions + expansion] = kept
    return to_go


def added(prospects: Prospects, reached: FloatArray, expansion: int, year: int) -> FloatArray:
    """Give the worth of each set if an expansion is added to it in a year; -inf where it cannot be.

    `reached` is the worth of the sets after the decision.
    """
    larger = prospects.sets.larger[expansion]
    return np.where(larger < 0, -np.inf, reached[larger] - prospects.costs[expansion, year])


def best_schedule(prospects: Prospects, weights: FloatArray) -> Schedule:
    """Find the schedule of the greatest expected net present value.

    Parameters
    ----------
    prospects : Prospects
        What sets earn and expansions cost.
    weights : array, shape (paths,)
        Weight of each path.

    Returns
    -------
    int array, shape (expansions,)
        Year in which each is ready; the number of years: never. Of schedules that are worth the same, one that builds
        later.

    Examples
    --------
    One expansion costs 10 in whatever year, and earns 4 a year: it pays while three years are left.

    >>> from hubcalc.studies.staging.plans import built_sets
    >>> values = np.array([[0.0] * 4, [4.0] * 4])[:, :, None]
    >>> best_schedule(Prospects(built_sets([[]]), values, np.array([[np.inf, 10.0, 9.0, 7.0]])), np.ones(1)).tolist()
    [1]
    """
    expansions = prospects.sets.expansions
    to_go = worth_to_go(prospects, weights)
    schedule = np.full(expansions, prospects.years, dtype=np.int64)
    stands = 0
    for decision in range(prospects.years * expansions):
        year, expansion = divmod(decision, expansions)
        reached = to_go[decision + 1]
        if expansion == expansions - 1:
            reached = reached + prospects.values[:, year] @ weights
        if added(prospects, reached, expansion, year)[stands] > reached[stands]:
            schedule[expansion] = year
            stands = int(prospects.sets.larger[expansion, stands])
    return schedule


def by_rule(
    demand: FloatArray, capacity: FloatArray, sequence: Integers, leads: Integers, share: float, expansions: int
) -> Schedule:
    """Build by a rule: the next expansion is decided on when demand passes a share of the capacity.

    What is being built counts as capacity, so that nothing is decided on twice. The rule knows the demand of the
    year in which it decides, and nothing of later ones.

    Parameters
    ----------
    demand : array, shape (years,)
        Demand in each year. [units/day]
    capacity : array, shape (len(sequence) + 1,)
        Capacity with none, the first, the first two ... of the sequence. [units/day]
    sequence : int array
        The expansions in the order in which they are built, each after those that it requires.
    leads : int array, shape (expansions,)
        Years from the decision until each is ready.
    share : float
        Share of the capacity. [1]
    expansions : int
        How many expansions there are.

    Returns
    -------
    int array, shape (expansions,)
        Year in which each is ready; the number of years: not before the horizon.

    Examples
    --------
    >>> by_rule(np.array([8.0, 9.0, 10.0]), np.array([10.0, 20.0]), np.array([0]), np.array([1]), 0.85, 1).tolist()
    [2]
    """
    years = len(demand)
    schedule = np.full(expansions, years, dtype=np.int64)
    decided, latest = 0, 0
    for year in range(years):
        while decided < len(sequence) and demand[year] > share * capacity[decided]:
            expansion = sequence[decided]
            latest = max(latest, year + int(leads[expansion]))
            schedule[expansion] = min(latest, years)
            decided += 1
    return schedule
