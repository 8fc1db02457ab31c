"""Inverse questions: the search itself on functions with known answers, and what cannot be looked for."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubcalc.calculators import CAPACITY, calculate
from hubcalc.calculators.inverse import find
from hubcalc.errors import ParameterError, RefusedError
from hubmodels.paths import Leaf

FLEET, GATE = CAPACITY["fleet"], CAPACITY["gate"]
EXAMPLES = json.loads((Path(__file__).parent / "capacity_examples.json").read_text(encoding="utf-8"))


def leaf(lower=0.0, upper=1e9, type_="number", lower_allowed=False, upper_allowed=True):
    return Leaf("x", type_, None, "1", "X", lower, upper, lower_allowed, upper_allowed)


def search(function, goals, **bounds):
    """Look for the values at which a function is at most its goals."""
    whole = bounds.get("type_") == "integer"
    goals = np.asarray(goals, dtype=float)
    words = [f"y at most {goal:g}" for goal in goals]
    return find(lambda x, rows: (function(x) - goals[rows]) / goals[rows], leaf(**bounds), words, whole=whole)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=5), st.floats(0.8, 3))
def test_the_largest_value_where_more_hurts(goals, power):
    found = search(lambda x: x**power, goals, upper=1e25)
    assert found == pytest.approx(np.array(goals) ** (1 / power), rel=1e-9)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=5))
def test_the_least_value_where_more_helps(goals):
    assert search(lambda x: 1 / x, goals) == pytest.approx(1 / np.array(goals), rel=1e-9)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(0.01, 2_000), min_size=1, max_size=5), st.integers(1, 4))
def test_whole_values_are_the_least_or_the_largest_that_do(goals, first):
    bounds = {"lower": first, "lower_allowed": True, "upper": 5_000, "type_": "integer"}
    allowed = np.arange(first, 5_001)
    least = [allowed[1e4 / allowed <= goal * (1 + 1e-12)] for goal in goals]
    if all(some.size for some in least):
        assert search(lambda x: 1e4 / x, goals, **bounds).tolist() == [some[0] for some in least]
    if min(goals) >= first:
        assert search(lambda x: x, goals, **bounds).tolist() == [np.floor(goal * (1 + 1e-12)) for goal in goals]


def test_a_bound_that_is_excluded_is_not_tried():
    assert search(lambda x: np.where(x > 2, 1 / x, np.nan), [1.0], lower=2).tolist() == pytest.approx([2.0])


def test_a_target_met_exactly_costs_nothing_more():
    # 0.1 * 3 is above 0.3 by a rounding error
    bounds = {"lower": 1, "lower_allowed": True, "upper": 100, "type_": "integer"}
    assert search(lambda x: 0.1 * x, [0.3], **bounds).tolist() == [3]


def test_rows_are_searched_each_for_itself():
    # in the first row more helps, in the second it hurts, in the third the least is enough
    functions = [lambda x: 10 / x, lambda x: x, lambda x: 1e-3 / (1 + x)]

    def measure(x, rows):
        return np.array([functions[row](value) - 2 for row, value in zip(rows, x, strict=True)])

    found = find(measure, leaf(lower=1, lower_allowed=True), ["y at most 2"] * 3, whole=False)
    assert found == pytest.approx([5, 2, 1])


def test_the_least_value_is_enough_even_where_the_first_steps_change_nothing():
    found = search(lambda x: np.where(x < 10, 1.0, 1 / x), [2.0], lower=1, lower_allowed=True)
    assert found.tolist() == [1.0]


def test_even_the_largest_value_may_be_allowed():
    assert search(lambda x: x, [5.0], upper=1.0).tolist() == [1.0]
    assert search(lambda x: x, [5.0], upper=1.0, upper_allowed=False) == pytest.approx([1.0])


def test_no_value_meets_an_impossible_target():
    with pytest.raises(RefusedError, match=r"no value up to 0\.5 meets y at most 2"):
        search(lambda x: 1 + 1 / x, [2.0], upper=0.5)
    with pytest.raises(RefusedError, match=r"y at most 0\.001"):
        search(lambda x: 1 / x, [10.0, 0.001], upper=100)


def test_an_input_that_does_not_matter_is_refused():
    with pytest.raises(RefusedError, match="does not change whether y at most 2 is met"):
        search(lambda x: np.ones_like(x), [2.0])


def test_endless_values_are_not_met():
    # a queue: endless up to two servers
    def wait(x):
        return np.where(x > 2, 1 / np.where(x > 2, x - 2, 1), np.inf)

    bounds = {"lower": 1, "lower_allowed": True, "upper": 100, "type_": "integer"}
    assert search(wait, [10.0, 1.0, 0.1], **bounds).tolist() == [3, 3, 12]


def test_targets_may_be_lists_and_the_answer_stands_in_the_row():
    asked = calculate(FLEET, {"cycle_hours": [24, 48], "target_theoretical_capacity_per_day": [5, 7]})
    columns = asked.columns()
    assert columns["vehicles"].tolist() == [5, 7, 10, 14]
    assert columns["target_theoretical_capacity_per_day"].tolist() == [5, 7, 5, 7]
    assert asked.sought.input == "vehicles"
    assert asked.sought.goal == "at least"
    report = asked.report
    assert [result.inputs["vehicles"] for result in report.results] == [5, 7, 10, 14]
    assert all(isinstance(result.inputs["vehicles"], int) for result in report.results)


def test_an_input_with_a_default_is_looked_for_by_name():
    given = {"vehicles": 100, "cycle_hours": 24, "trips_per_day": 60, "target_utilization": 0.9}
    (row,) = calculate(FLEET, given, solve_for="availability").to_rows()
    assert row["availability"] == pytest.approx(60 * 1.1 / 100 / 0.9)
    assert row["utilization"] == pytest.approx(0.9)


def test_a_target_has_a_shorter_name_too():
    given = {"service_minutes": 2, "vehicles_per_hour": 100, "target_wait_minutes": 1}
    assert calculate(GATE, given).to_rows()[0]["lanes"] == 5


@pytest.mark.parametrize(
    ("more", "solve_for", "message"),
    [
        ({"target_utilization": 0.5}, None, "is not answered for such inputs"),
        ({"target_utilization": 0.5, "target_needed_vehicles": 3}, None, "one target at a time"),
        ({"target_utilisation": 0.5}, None, "no such target"),
        ({"vehicles": 5, "target_utilization": 0.5}, None, "what shall be looked for"),
        ({}, "vehicles", "needs a target"),
        ({"target_utilization": 0.5}, "vessels", "not an input that can be looked for"),
        ({"vehicles": 5, "target_utilization": 0.5}, "vehicles", "cannot be given"),
    ],
)
def test_what_is_not_clear_is_asked_back(more, solve_for, message):
    with pytest.raises(ParameterError, match=message):
        calculate(FLEET, {"cycle_hours": 24, **more}, solve_for=solve_for).columns()


def test_two_inputs_that_are_left_out_are_too_many():
    with pytest.raises(ParameterError, match="2 inputs are left out"):
        calculate(FLEET, {"target_theoretical_capacity_per_day": 5})


def test_a_choice_cannot_be_looked_for():
    given = {"berths": 2, "service_hours": 20, "target_sustainable_utilization": 0.5}
    with pytest.raises(ParameterError, match="not an input that can be looked for"):
        calculate(CAPACITY["berth"], given, solve_for="queue")


def test_a_text_cannot_be_a_target():
    given = {k: v for k, v in EXAMPLES["pipeline"].items() if k != "diameter_m"}
    with pytest.raises(ParameterError, match="is a text"):
        calculate(CAPACITY["pipeline"], {**given, "target_regime": 1}).columns()


def test_rules_between_inputs_hold_for_what_is_found():
    # thin pipes would be too rough for the law of friction
    given = {**EXAMPLES["pipeline"], "roughness_m": 0.02, "target_theoretical_capacity_m3_per_hour": 1e-3}
    (row,) = calculate(CAPACITY["pipeline"], {k: v for k, v in given.items() if k != "diameter_m"}).to_rows()
    assert row["diameter_m"] >= 0.2
    assert row["theoretical_capacity_m3_per_hour"] >= 1e-3


def test_the_target_of_the_row_is_named():
    with pytest.raises(RefusedError, match="utilization at most 1e-09"):
        calculate(FLEET, {"cycle_hours": 24, "trips_per_day": 1e4, "target_utilization": [1, 1e-9]}).columns()
