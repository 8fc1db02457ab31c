"""Staging of a small hub against what is worked out by hand, year by year and over all schedules."""

import itertools
import json
import math

import numpy as np
import pytest

from hubcalc.studies.steps import listening
from hubmodels.studies.staging import StagingRequest

CLOSE = 1e-9
YEARS = range(2030, 2040)
STEPS = {"p10": 0.5, "p50": 2.0, "p90": 3.5}


def demand_in(year, path):
    return 10.0 + STEPS[path] * (year - YEARS[0])


def test_the_trigger_year_of_linear_demand_follows_by_hand(ask, linear, by_schedule):
    # 18 a day are carried at a practical utilization of 0.75; 10 + 2 t passes it in the fifth year from now
    result, rows = ask(demand=linear())
    (trigger,) = result.triggers
    assert (trigger.trigger_year, trigger.decision_year, trigger.years_late) == (2035, 2033, 0)
    assert result.levels[0].capacity_per_day == pytest.approx(18.0, rel=CLOSE)
    assert result.levels[1].added_per_day == pytest.approx(18.0, rel=CLOSE)
    served = by_schedule(rows, "served_per_day", "nothing", "base")
    assert served == pytest.approx(np.minimum(10.0 + 2.0 * np.arange(10), 18.0), rel=CLOSE)


def test_a_share_of_the_capacity_and_a_wait_trigger_earlier(ask, expansion, linear):
    sooner, _ = ask(demand=linear(), trigger_share=0.8)  # 14.4 a day
    assert sooner.triggers[0].trigger_year == 2033
    # M/M/1 with a mean service of an hour: a wait of more than one hour at more than 12 a day
    waits, _ = ask(demand=linear(), trigger_wait_hours=1.01)
    assert waits.triggers[0].trigger_year == 2032
    late, _ = ask(demand=linear(), trigger_share=0.5, expansions=[expansion(lead_years=3)])
    assert (late.triggers[0].trigger_year, late.triggers[0].years_late) == (2030, 3)
    assert "expansion_too_late" in {advice.code for advice in late.warnings}


def test_flows_and_waits_of_the_rows_are_those_of_queues(two):
    _, rows = two
    assert rows["served_per_day"] + rows["unserved_per_day"] == pytest.approx(rows["demand_per_day"], rel=CLOSE)
    assert (rows["served_per_day"] <= rows["capacity_per_day"] * (1 + CLOSE)).all()
    one = rows["built"] == ""
    load = rows["served_per_day"][one] / 24.0
    assert rows["utilization"][one] == pytest.approx(load, rel=CLOSE)
    assert rows["wait_mean_hours"][one] == pytest.approx(load / (1 - load), rel=CLOSE)
    # two servers: Erlang's C is 2 u^2 / (1 + u)
    both = rows["built"] == "second"
    load = rows["served_per_day"][both] / 48.0
    assert rows["wait_mean_hours"][both] == pytest.approx(load**2 / (1 - load**2), rel=1e-6)


def npv_by_hand(schedule, path, pair, rate=0.08):
    """Work out a schedule of the case above, year by year, as a spreadsheet would."""
    total = 0.0
    for t, year in enumerate(YEARS):
        factor = (1 + rate) ** -(t + 0.5)
        standing = [item for item in pair if schedule.get(item["id"]) and schedule[item["id"]] <= year]
        servers = 1 + len(standing)
        demand = demand_in(year, path)
        served = min(demand, 0.75 * 24 * servers)
        load = served / 24.0
        terms = [load**k / math.factorial(k) for k in range(servers)]
        last = load**servers / math.factorial(servers) * servers / (servers - load)
        wait = last / (sum(terms) + last) / (servers - load)
        running = 1e5 + sum(item.get("operating_usd_per_year", 0.0) for item in standing)
        total += factor * (365 * (100.0 * served - 3.0 * served * wait - 20.0 * (demand - served)) - running)
    for item in pair:
        year, lead, life = schedule.get(item["id"]), item["lead_years"], item["life_years"]
        if not year:
            continue
        for renewed in range(year, YEARS[-1] + 1, life):
            for paid in range(renewed - lead, renewed):
                total -= item["capital_usd"] / lead * (1 + rate) ** -(paid - YEARS[0] + 0.5)
        worn = YEARS[-1] + 1 - renewed
        total += item["capital_usd"] * (1 - worn / life) * (1 + rate) ** -len(YEARS)
    return total


def every_schedule():
    for a, b in itertools.product([None, *range(2032, 2040)], [None, *range(2031, 2040)]):
        if b is None or (a is not None and a <= b):
            yield {"second": a, "third": b}


@pytest.fixture(scope="module")
def worths(pair):
    """Net present value of every schedule of the case above on each path."""
    schedules = list(every_schedule())
    return schedules, np.array([[npv_by_hand(s, path, pair) for path in STEPS] for s in schedules])


def test_net_present_values_are_those_worked_out_by_hand(two, pair):
    result, _ = two
    assert len(result.regrets) > 10
    for found in result.regrets:
        for path, npv in found.npv_usd.items():
            assert npv == pytest.approx(npv_by_hand(found.years, path, pair), rel=1e-7), found.name


def test_the_schedules_are_the_best_of_all(two, worths):
    result, _ = two
    schedules, npv = worths
    mean = npv @ [0.3, 0.4, 0.3]
    assert result.best.expected_npv_usd == pytest.approx(mean.max(), rel=1e-7)
    assert result.best.years == schedules[int(mean.argmax())]
    for i, path in enumerate(STEPS):
        assert result.hindsight[path].npv_usd[path] == pytest.approx(npv[:, i].max(), rel=1e-7)
        assert result.hindsight[path].years == schedules[int(npv[:, i].argmax())]
    largest = (npv.max(axis=0) - npv).max(axis=1)
    assert result.least_regret.largest_regret_usd == pytest.approx(largest.min(), rel=1e-5, abs=1.0)
    assert result.least_regret_bound_usd == pytest.approx(result.least_regret.largest_regret_usd)
    assert result.perfect_information_usd == pytest.approx(npv.max(axis=0) @ [0.3, 0.4, 0.3] - mean.max(), rel=1e-5)


def test_discounted_rows_add_up_to_net_present_values(two, by_schedule):
    result, rows = two
    found = {"best": result.best, "nothing": result.nothing, "rule": result.rule, "least_regret": result.least_regret}
    for path in STEPS:
        for name, schedule in {**found, "hindsight": result.hindsight[path]}.items():
            total = by_schedule(rows, "discounted_usd", name, path).sum()
            assert total == pytest.approx(schedule.npv_usd[path], rel=CLOSE)
            (parts,) = (p for p in result.present_values[name] if p.path == path)
            spent = parts.waiting_usd + parts.unserved_usd + parts.operating_usd + parts.capital_usd
            assert parts.revenue_usd + parts.residual_usd - spent == pytest.approx(total, rel=CLOSE)
    spent = sum(rows[name] for name in ("waiting_usd", "unserved_usd", "operating_usd", "capital_usd"))
    assert rows["net_usd"] == pytest.approx(rows["revenue_usd"] + rows["residual_usd"] - spent, abs=1e-3)


def test_regret_is_never_negative_and_nothing_in_hindsight(two):
    result, _ = two
    for path, best in result.hindsight.items():
        assert best.regret_usd[path] == 0.0
        assert min(found.regret_usd[path] for found in result.regrets) == 0.0
    for found in result.regrets:
        assert found.largest_regret_usd == max(found.regret_usd.values())
        assert found.largest_regret_usd >= result.least_regret.largest_regret_usd
        assert found.expected_regret_usd >= result.perfect_information_usd * (1 - CLOSE)
        assert found.expected_npv_usd <= result.best.expected_npv_usd
    assert result.nothing.gain_usd == 0.0


def test_expansions_are_moved_by_each_number_of_years(two):
    result, _ = two
    ready = result.best.years["second"]
    moved = {f.moved_years: f for f in result.regrets if f.expansion == "second" and f.moved_years}
    assert set(moved) == {shift for shift in (-3, -2, -1, 1, 2, 3) if 2032 <= ready + shift <= 2039}
    for shift, found in moved.items():
        assert found.years["second"] == ready + shift
        third = found.years["third"]
        assert third is None or third >= found.years["second"]
    (never,) = (f for f in result.regrets if f.expansion == "second" and f.moved_years is None)
    assert never.years == {"second": None, "third": None}


def test_the_rule_knows_no_more_than_the_demand_of_the_year(two, pair):
    result, _ = two
    rule = result.rule
    assert rule.expected_npv_usd == pytest.approx(max(result.rule_npv_usd.values()), rel=CLOSE)
    for path in STEPS:
        assert rule.npv_usd[path] == pytest.approx(npv_by_hand(rule.years[path], path, pair), rel=1e-7)
        decided = [year for year in YEARS if demand_in(year, path) > rule.share * 18.0]
        ready = decided[0] + 2 if decided else None
        built = ready if ready is not None and ready <= YEARS[-1] else None
        assert rule.years[path]["second"] in (built, None)


def test_the_staircase_is_that_of_the_best_schedule(two, by_schedule):
    result, rows = two
    stairs = result.staircase
    assert stairs.years == list(YEARS)
    assert stairs.demand_per_day["p90"] == pytest.approx([demand_in(year, "p90") for year in YEARS], rel=CLOSE)
    assert stairs.capacity_per_day == pytest.approx(by_schedule(rows, "capacity_per_day", "best", "p50").tolist())
    for step in stairs.steps:
        place = stairs.years.index(step.year)
        assert stairs.capacity_per_day[place] == step.capacity_after_per_day
        assert stairs.capacity_per_day[place - 1] == step.capacity_before_per_day
        assert all(result.best.years[name] == step.year for name in step.expansions)


def test_the_same_request_gives_the_same_rows(two, ask, pair):
    _, rows = two
    _, again = ask(expansions=pair)
    for name, column in rows.items():
        assert np.array_equal(column, again[name], equal_nan=column.dtype.kind == "f"), name


def test_results_go_through_json(two, request_of, pair):
    result, _ = two
    assert type(result).model_validate_json(result.model_dump_json()) == result
    assert "NaN" not in json.dumps(result.model_dump(mode="json"))
    request = StagingRequest.model_validate(request_of(expansions=pair))
    assert StagingRequest.model_validate_json(request.model_dump_json()) == request


@pytest.mark.parametrize("rate", [0.0, 0.2])
def test_other_rates_and_year_ends(rate, ask, pair):
    ends, _ = ask(economics={"discount_rate": rate, "cash_flows": "end_of_year"}, expansions=pair)
    middle, _ = ask(economics={"discount_rate": rate}, expansions=pair)
    for path in STEPS:
        assert middle.nothing.npv_usd[path] == pytest.approx(npv_by_hand({}, path, pair, rate), rel=1e-7)
        assert middle.nothing.npv_usd[path] == pytest.approx(ends.nothing.npv_usd[path] * (1 + rate) ** 0.5, rel=CLOSE)


def test_the_steps_of_staging_are_told_and_end_where_they_should(ask):
    heard = []
    with listening(heard.append, every_seconds=0):
        ask()
    whats = list(dict.fromkeys(step.what for step in heard))
    assert whats[:3] == ["analysis of expansions", "best schedule of each path", "bounds on the regret"]
    by_path = [step for step in heard if step.what == "best schedule of each path"]
    assert [(step.done, step.total, step.unit) for step in by_path] == [(i, len(STEPS), "paths") for i in range(3)]
    years = [step for step in heard if step.what == "schedule of least regret"]
    assert {step.total for step in years} == {len(YEARS)}
    assert [step.done for step in years] == sorted(step.done for step in years)
    assert {step.done for step in years} == set(range(len(YEARS)))
    for step in heard:
        assert step.total is None or step.done <= step.total


def test_rows_of_a_slow_method_are_analyzed_in_small_blocks(ask, linear, monkeypatch):
    monkeypatch.setattr("hubcalc.studies.staging.performance._SMALL_BLOCK", 7)
    heard = []
    with listening(heard.append, every_seconds=0):
        result, rows = ask(method="auto")
    monkeypatch.undo()
    few = []
    with listening(few.append, every_seconds=0):
        whole, others = ask(method="auto")
    assert len(heard) > len(few)
    assert result == whole
    for name, column in rows.items():
        assert np.array_equal(column, others[name], equal_nan=column.dtype.kind == "f"), name
