"""The two searches of a sizing on lattices whose metrics are known, against brute force."""

import sys
from pathlib import Path

import numpy as np
import pytest

from hubcalc.errors import RefusedError
from hubcalc.studies.sizing.cuts import Cut, CutSearch
from hubcalc.studies.sizing.enumeration import pick
from hubcalc.studies.sizing.master import Master
from hubcalc.studies.sizing.meter import Judge, Meter
from hubcalc.studies.sizing.mixes import Choice, Lattice
from hubcalc.studies.sizing.requirements import UNKNOWN_DOUBT, Requirement
from hubcalc.studies.sizing.searches import Searches, read_solution, rows_of
from hubcalc.studies.sizing.shapes import BOTH_WAYS, find_shapes
from hubcalc.studies.sizing.solution import non_dominated, spread
from hubcalc.studies.sizing.task import COST, TIE

sys.path.append(str(Path(__file__).parent))  # tests of sizings share lattices

from lattices import SEEDS, SIZES, WAIT, Rows, Tables, brute_force, lattice_of, monotone_table, plain, problem, task_of


def enumerated(task):
    rows = np.arange(task.lattice.size)
    levels = task.lattice.levels(rows)
    inputs = task.lattice.values(levels)
    return Rows({"row": rows, COST: task.lattice.costs(levels), **task.measures.evaluate(inputs, len(rows))})


def by_cuts(task):
    table = Searches(task).run()
    assert len(table["row"]) == rows_of(task)
    assert {len(column) for column in table.values()} == {rows_of(task)}
    return read_solution(task, Rows(table))


def by_enumeration(task):
    return pick(task, enumerated(task))


@pytest.mark.slow
@pytest.mark.parametrize("solve", [by_enumeration, by_cuts])
@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_cheapest_mix_is_that_of_brute_force(seed, whole, solve):
    lattice, tables, requirements = problem(seed, whole)
    expected = brute_force(lattice, tables, plain(requirements))
    task = task_of(lattice, Tables(lattice, tables), requirements)
    if expected is None:
        with pytest.raises(RefusedError, match="no mix meets all targets"):
            solve(task)
        return
    found = solve(task)
    assert found.cost == pytest.approx(expected[0], rel=1e-12)
    assert found.bound == found.cost
    assert tables[TIE][tuple(found.mix)] == pytest.approx(expected[1], rel=1e-6)
    assert expected[3][tuple(found.mix)]


@pytest.mark.parametrize("solve", [by_enumeration, by_cuts])
@pytest.mark.parametrize("seed", SEEDS)
def test_savings_are_those_of_brute_force(seed, solve):
    lattice, tables, requirements = problem(seed)
    whole = brute_force(lattice, tables, plain(requirements))
    if whole is None:
        pytest.skip("no mix meets both targets")
    found = solve(task_of(lattice, Tables(lattice, tables), requirements))
    for requirement in requirements:
        others = [other for other in plain(requirements) if other != plain([requirement])[0]]
        assert found.savings[requirement] == pytest.approx(whole[0] - brute_force(lattice, tables, others)[0], abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "solve"), [*((seed, by_enumeration) for seed in SEEDS), (1, by_cuts), (2, by_cuts)])
@pytest.mark.parametrize("whole", [False, True])
def test_front_is_complete_and_not_dominated(seed, whole, solve):
    lattice, tables, requirements = problem(seed, whole)
    expected = brute_force(lattice, tables, plain(requirements))
    if expected is None:
        pytest.skip("no mix meets both targets")
    front = {"metric": TIE, "most_points": 200}
    found = solve(task_of(lattice, Tables(lattice, tables), requirements, front, most=200_000)).front
    _, _, costs, good = expected
    pairs = sorted(zip(costs[good].round(3), tables[TIE][good].round(6), strict=True))
    best = [p for p in pairs if not any(q[0] <= p[0] and q[1] <= p[1] and q != p for q in pairs)]
    assert found.complete
    assert found.in_all == len(found.costs)
    np.testing.assert_allclose(np.stack([found.costs, found.values], axis=1), list(dict.fromkeys(best)), atol=2e-3)


@pytest.mark.parametrize("solve", [by_enumeration, by_cuts])
def test_front_with_few_points_is_spread_over_the_whole(solve):
    lattice, tables, requirements = problem(2)
    wanted = {"metric": TIE, "most_points": 5}
    all_points = by_enumeration(
        task_of(lattice, Tables(lattice, tables), requirements, {"metric": TIE, "most_points": 999})
    ).front
    found = solve(task_of(lattice, Tables(lattice, tables), requirements, wanted, most=200_000)).front
    assert all_points.complete
    assert len(all_points.costs) > 5
    assert not found.complete
    assert 3 <= len(found.costs) <= 5
    known = {tuple(pair) for pair in zip(all_points.costs.round(3), all_points.values.round(6), strict=True)}
    assert {tuple(pair) for pair in zip(found.costs.round(3), found.values.round(6), strict=True)} <= known
    assert found.values[-1] < np.median(all_points.values)


@pytest.mark.parametrize("seed", range(2))
def test_metrics_without_any_order_are_found_out_and_searched_mix_by_mix(seed):
    rng = np.random.default_rng(seed)
    lattice = lattice_of(rng)
    tables = {WAIT: rng.permutation(np.linspace(1, 2, np.prod(SIZES))).reshape(SIZES), TIE: monotone_table(rng)}
    requirements = [Requirement(WAIT, 1, 1.3)]
    task = task_of(lattice, Tables(lattice, tables), requirements, most=200_000)
    found = by_cuts(task)
    assert found.monotonicity == "violated"
    assert found.cost == pytest.approx(brute_force(lattice, tables, plain(requirements))[0], rel=1e-12)
    assert found.bound == found.cost


@pytest.mark.parametrize("seed", range(3))
def test_metrics_that_go_both_ways_along_one_choice_alone(seed):
    rng = np.random.default_rng(seed)
    lattice, bump = lattice_of(rng), rng.permutation(SIZES[1]).reshape(1, -1, 1, 1)
    tables = {WAIT: monotone_table(rng) + 3.0 * bump, TIE: monotone_table(rng)}
    requirements = [Requirement(WAIT, 1, float(np.quantile(tables[WAIT], 0.2)))]
    search = Searches(task_of(lattice, Tables(lattice, tables), requirements, most=200_000))
    ways = search.search.shapes.directions[WAIT, 1]
    steps = np.diff(bump.ravel())
    assert ways.tolist()[1] == (BOTH_WAYS if (steps > 0).any() and (steps < 0).any() else -np.sign(steps[0]))
    found = read_solution(search.task, Rows(search.run()))
    assert found.cost == pytest.approx(brute_force(lattice, tables, plain(requirements))[0], rel=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_less_may_be_better_and_costs_may_fall(seed):
    rng = np.random.default_rng(seed)
    lattice = lattice_of(rng)
    flipped = [
        Choice(
            c.path, c.values, c.capital_usd[::-1].copy(), c.annuity_usd_per_year[::-1].copy(), np.zeros(len(c.values))
        )
        if i % 2
        else c
        for i, c in enumerate(lattice.choices)
    ]
    lattice = Lattice(flipped)
    tables = {WAIT: monotone_table(rng)[:, ::-1, :, ::-1].copy(), TIE: monotone_table(rng)}
    requirements = [Requirement(WAIT, 1, float(np.quantile(tables[WAIT], 0.1)) + 1e-5)]
    task = task_of(lattice, Tables(lattice, tables), requirements, most=200_000)
    found = by_cuts(task)
    assert found.monotonicity == "checked"
    assert found.cost == pytest.approx(brute_force(lattice, tables, plain(requirements))[0], rel=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_mixes_that_cannot_be_are_never_chosen(seed):
    lattice, tables, requirements = problem(seed)
    places = np.indices(SIZES)
    invalid = places[0] + places[2] > 4  # the better mixes: a rule between two inputs
    blocked = {name: np.where(invalid, np.nan, table) for name, table in tables.items()}
    expected = brute_force(lattice, blocked, plain(requirements))
    for solve in (by_enumeration, by_cuts):
        task = task_of(lattice, Tables(lattice, tables, invalid=invalid), requirements, most=200_000)
        if expected is None:
            with pytest.raises(RefusedError):
                solve(task)
        else:
            found = solve(task)
            assert not invalid[tuple(found.mix)]
            assert found.cost == pytest.approx(expected[0], rel=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("solve", [by_enumeration, by_cuts])
@pytest.mark.parametrize("factor", [1 / 2.5, 1.2])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_better_method_has_the_last_word(seed, factor, solve):
    lattice, tables, requirements = problem(seed)
    better = {WAIT: tables[WAIT] * factor}
    expected = brute_force(lattice, tables | better, plain(requirements))
    doubted = [Requirement(WAIT, 1, requirements[0].bound, UNKNOWN_DOUBT), requirements[1]]
    task = task_of(lattice, Tables(lattice, tables, better), doubted, method="auto", most=200_000)
    if expected is None:
        with pytest.raises(RefusedError):
            solve(task)
        return
    found = solve(task)
    assert found.cost == pytest.approx(expected[0], rel=1e-12)
    assert found.confirmations >= 1
    assert (tables | better)[WAIT][tuple(found.mix)] <= requirements[0].bound
    by_fast = brute_force(lattice, tables, plain(requirements))
    if by_fast is not None:
        assert lattice.costs(found.fast_mix[None, :])[0] == pytest.approx(by_fast[0], rel=1e-12)


def test_a_search_that_ends_early_tells_the_gap():
    rng = np.random.default_rng(5)
    lattice = lattice_of(rng, (5, 5, 5, 5))
    tables = {WAIT: monotone_table(rng, lattice.sizes), TIE: monotone_table(rng, lattice.sizes)}
    requirements = [Requirement(WAIT, 1, float(np.quantile(tables[WAIT], 0.3)))]
    expected = brute_force(lattice, tables, plain(requirements))[0]
    measures = Tables(lattice, tables)
    meter = Meter(lattice, measures, 4_000)
    search = CutSearch.of(meter, Judge(meter, requirements), [(WAIT, 1)], 1)
    meter.most = meter.analyses + 50
    found = search.cheapest(requirements)
    assert 0 < found.bound < found.cost
    assert found.bound <= expected <= found.cost
    assert not found.proven
    meter.most = 10**6
    assert search.cheapest(requirements).cost == pytest.approx(expected, rel=1e-12)


def test_none_found_within_the_budget_is_not_said_to_be_none():
    rng = np.random.default_rng(6)
    lattice = lattice_of(rng)
    tables = {WAIT: rng.uniform(1.0, 2.0, SIZES), TIE: monotone_table(rng)}
    task = task_of(lattice, Tables(lattice, tables), [Requirement(WAIT, 1, 0.99)], most=200_000)
    searches = Searches(task)
    searches.meter.most = searches.meter.analyses + 20
    with pytest.raises(RefusedError, match=r"none of \d,?\d+ mixes that were tried .* by .* \("):
        read_solution(task, Rows(searches.run()))


def test_a_cut_that_an_analysis_contradicts_is_dropped():
    lattice, tables, requirements = problem(0)
    measures = Tables(lattice, tables)
    meter = Meter(lattice, measures, 10**6)
    search = CutSearch.of(meter, Judge(meter, requirements), [r.key for r in requirements], 1)
    best = brute_force(lattice, tables, plain(requirements))[0]
    mix = search.cheapest(requirements).mix
    false = Master(lattice).better(mix, search.shapes.directions[WAIT, 1])
    search.cuts.append(Cut((WAIT, 1), np.inf, false))
    again = search.cheapest(requirements)
    assert again.cost == pytest.approx(best, rel=1e-12)
    assert (search.shapes.directions[WAIT, 1] == BOTH_WAYS).all()
    assert not search.monotone


def test_few_of_many_mixes_are_analyzed():
    rng = np.random.default_rng(2)
    lattice = lattice_of(rng, (14, 14, 14, 14))
    each = [np.cumsum(rng.exponential(1.0, 14)) for _ in range(4)]
    wait = sum(1 / part.reshape([-1 if i == axis else 1 for i in range(4)]) for axis, part in enumerate(each))
    tables = {WAIT: wait, TIE: wait}
    requirements = [Requirement(WAIT, 1, float(np.quantile(wait, 0.05)) + 1e-9)]
    found = by_cuts(task_of(lattice, Tables(lattice, tables), requirements, most=30_000))
    assert found.cost == pytest.approx(brute_force(lattice, tables, plain(requirements))[0], rel=1e-12)
    assert found.bound == found.cost
    assert found.monotonicity == "checked"
    assert found.analyses < lattice.size / 5


def test_directions():
    rng = np.random.default_rng(4)
    lattice = lattice_of(rng, (6, 6, 6))
    a, b, c = np.indices(lattice.sizes).astype(float)
    measures = Tables(lattice, {"up": a - b, "hill": -np.abs(c - 2.5) + 0 * a, "none": np.full(lattice.sizes, np.nan)})
    meter = Meter(lattice, measures, 10**6)
    shapes = find_shapes(lattice, [("up", 1), ("up", -1), ("hill", 1), ("none", 1)], meter, 1)
    assert shapes.directions["up", 1].tolist() == [-1, 1, 0]
    assert shapes.directions["up", -1].tolist() == [1, -1, 0]
    assert shapes.directions["hill", 1].tolist() == [0, 0, BOTH_WAYS]
    assert shapes.directions["none", 1].tolist() == [BOTH_WAYS] * 3
    assert shapes.pairs > 512


@pytest.mark.parametrize("seed", range(5))
def test_non_dominated_against_all_pairs(seed):
    rng = np.random.default_rng(seed)
    costs, values = rng.integers(0, 20, 200).astype(float), rng.integers(0, 20, 200).astype(float)
    values[rng.random(200) < 0.1] = np.inf
    found = non_dominated(costs, values)
    pairs = list(zip(costs, values, strict=True))
    best = {p for p in pairs if np.isfinite(p[1]) and not any(q[0] <= p[0] and q[1] <= p[1] and q != p for q in pairs)}
    assert {pairs[i] for i in found} == best
    assert len(found) == len(best)
    assert (np.diff(costs[found]) > 0).all()
    assert (np.diff(values[found]) < 0).all()


def test_spread_keeps_both_ends():
    assert spread(1000, 7)[[0, -1]].tolist() == [0, 999]
    assert len(spread(1000, 7)) == 7
