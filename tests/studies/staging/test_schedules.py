"""The best schedule and the least regret, against all schedules there are."""

import itertools
import math
from typing import NamedTuple

import numpy as np
import pytest
from scipy.optimize import brentq

from hubcalc.errors import ArgumentError
from hubcalc.studies.staging.cash import capital_costs, discount_factors, final_factor, outlays, residual_values
from hubcalc.studies.staging.plans import ancestors_of, built_sets, moved, standing
from hubcalc.studies.staging.regret import least_regret
from hubcalc.studies.staging.schedules import Prospects, best_schedule, by_rule, worth, worth_to_go

CLOSE = 1e-9


def random_case(seed):
    """Make prospects with any requirements, alternatives, lead times, and worth that knows no monotony."""
    rng = np.random.default_rng(seed)
    count, years, paths = (int(number) for number in (rng.integers(1, 4), rng.integers(1, 6), rng.integers(1, 4)))
    requires = [[other for other in range(place) if rng.random() < 0.3] for place in range(count)]
    # of every second case some exclude each other
    excludes = [
        [other for other in range(place) if seed % 2 and other not in requires[place] and rng.random() < 0.4]
        for place in range(count)
    ]
    sets = built_sets(requires, excludes)
    values = 3.0 * rng.normal(size=(sets.sets, years, paths)) + 1.5 * sets.members.sum(axis=1)[:, None, None]
    leads = rng.integers(0, 3, size=count)
    costs = rng.uniform(1.0, 12.0, size=(count, 1)) * 0.9 ** np.arange(years)
    costs[np.arange(years) < leads[:, None]] = np.inf
    return Prospects(sets, values, costs), Ties(requires, excludes), leads


class Ties(NamedTuple):
    requires: list[list[int]]
    excludes: list[list[int]]


def all_schedules(ties, leads, years):
    requires, excludes = ties
    for ready in itertools.product(*(range(min(lead, years), years + 1) for lead in leads)):
        never_both = all(
            years in (year, ready[other]) for year, barred in zip(ready, excludes, strict=True) for other in barred
        )
        if never_both and all(
            ready[other] <= year for year, needed in zip(ready, requires, strict=True) for other in needed
        ):
            yield np.array(ready)


def worth_by_hand(prospects, requires, schedule):
    """Add up a schedule year by year, looking sets up by their members."""
    members = {frozenset(np.flatnonzero(row)): place for place, row in enumerate(prospects.sets.members)}
    total = np.zeros(prospects.paths)
    for year in range(prospects.years):
        total += prospects.values[members[frozenset(np.flatnonzero(schedule <= year))], year]
    return total - sum(prospects.costs[i, year] for i, year in enumerate(schedule) if year < prospects.years)


@pytest.fixture(params=range(60))
def case(request):
    return random_case(request.param)


def test_the_best_schedule_is_the_best_of_all(case):
    prospects, requires, leads = case
    weights = np.random.default_rng(5).dirichlet(np.ones(prospects.paths))
    tried = [worth_by_hand(prospects, requires, s) for s in all_schedules(requires, leads, prospects.years)]
    found = best_schedule(prospects, weights)
    assert worth(prospects, found) == pytest.approx(worth_by_hand(prospects, requires, found), rel=CLOSE, abs=CLOSE)
    assert worth(prospects, found) @ weights == pytest.approx(max(npv @ weights for npv in tried), rel=CLOSE, abs=CLOSE)
    assert worth_to_go(prospects, weights)[0, 0] == pytest.approx(
        worth(prospects, found) @ weights, rel=CLOSE, abs=CLOSE
    )


def test_the_least_regret_is_the_least_of_all(case):
    prospects, requires, leads = case
    tried = np.array([worth(prospects, s) for s in all_schedules(requires, leads, prospects.years)])
    best = tried.max(axis=0)
    regrets = (best - tried).max(axis=1)
    found = least_regret(prospects, best)
    assert found.regret == pytest.approx(regrets.min(), abs=1e-7)
    assert found.bound == pytest.approx(found.regret, abs=1e-12)
    assert (best - worth(prospects, found.schedule)).max() == found.regret


def test_a_search_cut_short_still_bounds_the_least_regret(case):
    prospects, requires, leads = case
    tried = np.array([worth(prospects, s) for s in all_schedules(requires, leads, prospects.years)])
    best = tried.max(axis=0)
    least = (best - tried).max(axis=1).min()
    found = least_regret(prospects, best, most_kept=1)
    assert found.bound <= least + 1e-7 <= found.regret + 2e-7


def test_a_schedule_that_cannot_be_ready_is_worth_nothing_at_all():
    prospects = Prospects(built_sets([[]]), np.zeros((2, 3, 1)), np.array([[np.inf, 5.0, 5.0]]))
    assert worth(prospects, np.array([0])).tolist() == [-np.inf]
    assert worth(prospects, np.array([1])).tolist() == [-5.0]


def test_of_schedules_worth_the_same_the_later_one_is_taken():
    prospects = Prospects(built_sets([[], []]), np.zeros((4, 5, 1)), np.zeros((2, 5)))
    assert best_schedule(prospects, np.ones(1)).tolist() == [5, 5]


def test_what_requires_another_never_stands_alone():
    sets = built_sets([[], [0], [0], [1, 2]])
    assert sets.sets == 6
    for row in sets.members:
        assert not row[3] or row[:3].all()
        assert not (row[1] or row[2]) or row[0]
    with pytest.raises(ArgumentError, match="requires"):
        standing(sets, np.array([3, 1, 0, 4]), 5)


def test_sets_grow_by_one_expansion():
    sets = built_sets([[], [0], []])
    for expansion, place in itertools.product(range(3), range(sets.sets)):
        larger = sets.larger[expansion, place]
        if larger >= 0:
            changed = np.flatnonzero(sets.members[larger] != sets.members[place])
            assert changed.tolist() == [expansion]
            assert sets.members[larger, expansion]


def test_too_many_sets_are_refused_and_an_order_helps():
    with pytest.raises(ArgumentError, match="too many orders"):
        built_sets([[]] * 13)
    assert built_sets([[]] * 12).sets == 4096
    assert built_sets([[i - 1] if i else [] for i in range(50)]).sets == 51


def test_moving_one_keeps_the_order():
    ancestors = ancestors_of([[], [0], [1], []])
    leads = np.array([1, 1, 1, 1])
    schedule = np.array([2, 3, 5, 4])
    assert moved(schedule, 1, 6, ancestors, leads).tolist() == [2, 6, 6, 4]
    assert moved(schedule, 2, 1, ancestors, leads).tolist() == [1, 1, 1, 4]
    assert moved(schedule, 0, 0, ancestors, leads) is None
    assert schedule.tolist() == [2, 3, 5, 4]


def test_a_rule_that_waits_for_the_capacity_builds_in_the_year_of_need():
    demand = np.array([9.0, 10.0, 11.0, 25.0, 31.0])
    capacity = np.array([10.0, 20.0, 30.0])
    at_once = by_rule(demand, capacity, np.array([0, 1]), np.array([0, 0]), 1.0, 2)
    assert at_once.tolist() == [2, 3]
    slow = by_rule(demand, capacity, np.array([0, 1]), np.array([2, 1]), 1.0, 2)
    assert slow.tolist() == [4, 4]
    assert by_rule(demand, capacity, np.array([1]), np.array([0, 9]), 0.1, 2).tolist() == [5, 5]


def test_a_rule_builds_no_later_the_earlier_it_may():
    rng = np.random.default_rng(3)
    for _ in range(50):
        demand, capacity = np.cumsum(rng.uniform(0, 3, 20)), np.cumsum(rng.uniform(1, 9, 4))
        ready = [by_rule(demand, capacity, np.arange(3), np.full(3, 2), x, 3) for x in (0.5, 0.8, 1.0)]
        assert (np.diff(ready, axis=0) >= 0).all()


def chain_case(size, years, rate, exponent):
    """Make prospects of demand that grows by 1 a year and must be met, with plants of one size in a row."""
    count = math.ceil(years / size)
    sets = built_sets([[place - 1] if place else [] for place in range(count)])
    factors, final = discount_factors(rate, years, "end_of_year"), final_factor(rate, years)
    short = np.arange(years)[None, :] - size * sets.members.sum(axis=1)[:, None] + 1.0
    values = -1e4 * np.maximum(short, 0.0) * factors
    paid = outlays(size**exponent, 0, 200, years)
    cost = capital_costs(paid, residual_values(0.0, 200, years), 0, factors, final)
    return Prospects(sets, values[..., None], np.tile(cost, (count, 1)))


def test_plants_are_built_when_demand_reaches_capacity_and_of_mannes_size():
    """Manne: with demand growing in a line and cost k x^a, the best size x solves a = r x / (e^(r x) - 1) [1].

    [1] A. S. Manne (1961), "Capacity expansion and probabilistic growth", Econometrica 29(4), 632-649.
    """
    rate, exponent, years = 0.1, 0.7, 100
    costs = {}
    for size in range(3, 13):
        prospects = chain_case(size, years, rate, exponent)
        schedule = best_schedule(prospects, np.ones(1))
        assert schedule.tolist() == [size * place for place in range(math.ceil(years / size))]
        costs[size] = -worth(prospects, schedule)[0]
        # a geometric series of plants, up to the horizon
        plants = math.ceil(years / size)
        step = (1 + rate) ** -size
        expected = size**exponent * (1 - step**plants) / (1 - step) / (1 + rate)
        assert costs[size] == pytest.approx(expected, rel=CLOSE)
    growing = math.log(1 + rate)
    best = brentq(lambda size: growing * size / math.expm1(growing * size) - exponent, 1.0, 50.0)
    assert min(costs, key=costs.get) == round(best)


@pytest.mark.parametrize(
    ("values", "costs"),
    [
        (np.zeros((2, 3)), np.zeros((1, 3))),
        (np.zeros((2, 3, 1)), np.zeros((2, 3))),
        (np.full((2, 3, 1), np.nan), np.zeros((1, 3))),
    ],
)
def test_prospects_that_do_not_fit_are_refused(values, costs):
    with pytest.raises(ArgumentError):
        Prospects(built_sets([[]]), values, costs)
