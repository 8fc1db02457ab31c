"""Overrides: checked against the document, and gathered into columns."""

import numpy as np
import pytest

import hubfixtures
from hubcalc.errors import OverrideError, UnknownPathError
from hubcalc.scenarios import full_path, gather
from hubmodels import HUB


@pytest.fixture(scope="module")
def khorgos():
    return hubfixtures.load("khorgos-gateway")


@pytest.fixture(scope="module")
def triangle(khorgos):
    document = hubfixtures.read("khorgos-gateway")
    corners = {"low_minutes": 20, "mode_minutes": 30, "high_minutes": 60}
    document["stages"]["reception"]["service_time"] = {"law": "triangular", **corners}
    kept = {key: value for key, value in document["evidence"].items() if "reception" not in key}
    ranges = {key: value for key, value in document["uncertainty"].items() if "reception" not in key}
    return HUB.validate_python({**document, "evidence": kept, "uncertainty": ranges})


def problem_of(error, hub, overrides, size=1):
    with pytest.raises(error) as caught:
        gather(hub, overrides, size)
    return caught.value.problems[0]


def test_the_short_form_stands_for_the_main_flow(khorgos):
    assert full_path(khorgos, "flow.per_day") == "flows.westbound.per_day"
    assert full_path(khorgos, "flows.trucks.per_day") == "flows.trucks.per_day"
    assert full_path(khorgos, "stages.front.cranes") == "stages.front.cranes"
    assert list(gather(khorgos, {"flow.per_day": [3]}, 1).columns) == ["flows.westbound.per_day"]


def test_numbers_become_columns(khorgos):
    scenarios = gather(khorgos, {"flow.per_day": [3, "4.5", 6.0], "stages.front.cranes": ["2", 3, 4.0]}, 3)
    assert scenarios.size == 3
    (group,) = scenarios.groups
    assert group.rows.tolist() == [0, 1, 2]
    assert group.hub.flows["westbound"].per_day.tolist() == [3.0, 4.5, 6.0]
    assert group.hub.stages["front"].cranes.tolist() == [2, 3, 4]
    assert scenarios.columns["stages.front.cranes"].dtype == np.int64
    assert scenarios.overrides(1) == {"flows.westbound.per_day": 4.5, "stages.front.cranes": 3}


def test_the_document_itself_stays_as_it_is(khorgos):
    before = khorgos.model_dump_json()
    gather(khorgos, {"stages.front.cranes": [9], "stages.reception.service_time.law": ["exponential"]}, 1)
    assert khorgos.model_dump_json() == before


def test_no_overrides_are_one_scenario(khorgos):
    scenarios = gather(khorgos, {}, 1)
    assert scenarios.columns == {}
    assert scenarios.groups[0].hub == khorgos


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("stages.front.crane", "stages.front.cranes"),
        ("stages.frnt.cranes", "stages.front.cranes"),
        ("flow.perday", "per_day"),
        ("flows.westbound.per_dya", "flows.westbound.per_day"),
    ],
)
def test_an_unknown_path_is_corrected(path, meant, khorgos):
    problem = problem_of(UnknownPathError, khorgos, {path: [1]})
    assert problem.parameter in (path, full_path(khorgos, path))
    assert meant in problem.hint


@pytest.mark.parametrize(
    "path", ["stages", "stages.front", "name", "stages.front.kind", "flows.westbound.route", "x.y"]
)
def test_what_is_no_input_has_no_path(path, khorgos):
    assert problem_of(UnknownPathError, khorgos, {path: [1]}).parameter == path


@pytest.mark.parametrize("value", ["many", "", None, True, [1], "1_0", "nan", "inf", float("nan"), "1,5", b"1"])
def test_wrong_types(value, khorgos):
    problem = problem_of(OverrideError, khorgos, {"flow.per_day": [5, value]}, 2)
    assert problem.parameter == "flows.westbound.per_day"
    assert "a number from 0" in problem.allowed


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("flow.per_day", -1, "must be >= 0"),
        ("flow.per_day", 1e8, "must be <= 10000000"),
        ("flow.per_day", float("inf"), "must be <= 10000000"),
        ("stages.front.cranes", 0, "must be >= 1"),
        ("stages.front.cranes", 2.5, "not a whole number"),
        ("stages.front.crane_availability", 0, "must be > 0"),
        ("stages.front.crane_availability", 1.01, "must be <= 1"),
        ("stages.front.moves_per_crane_hour", 0, "must be > 0"),
        ("opening.hours_per_day", 24.5, "must be <= 24"),
    ],
)
def test_bounds(path, value, message, khorgos):
    problem = problem_of(OverrideError, khorgos, {path: [1, value]}, 2)
    assert message in problem.message
    assert problem.given in (value, str(value))
    assert problem.allowed


def test_bounds_that_are_allowed(khorgos):
    gather(khorgos, {"flow.per_day": [0, 1e7], "stages.front.crane_availability": [1, 1e-9]}, 2)


def test_arrays_are_checked_like_lists(khorgos):
    assert "must be >= 0" in problem_of(OverrideError, khorgos, {"flow.per_day": np.array([1.0, -1.0])}, 2).message
    problem = problem_of(OverrideError, khorgos, {"stages.front.cranes": np.array([1.0, 1.5])}, 2)
    assert "not a whole number" in problem.message


def test_rules_between_fields_hold_in_each_row(triangle):
    path = "stages.reception.service_time"
    gather(triangle, {f"{path}.mode_minutes": [20, 60]}, 2)
    problem = problem_of(OverrideError, triangle, {f"{path}.mode_minutes": [30, 61]}, 2)
    assert problem.parameter == f"{path}.mode_minutes"
    assert problem.given == 61
    assert "rising order" in problem.message
    # the fields may move together
    both = {f"{path}.mode_minutes": [30, 80], f"{path}.high_minutes": [60, 90]}
    assert gather(triangle, both, 2).size == 2
    assert problem_of(OverrideError, triangle, {**both, f"{path}.high_minutes": [60, 70]}, 2).given == 80


def test_batches_of_one_cannot_vary(khorgos):
    problem = problem_of(OverrideError, khorgos, {"flow.contents.mean": [40, 1]}, 2)
    assert "cannot vary" in problem.message
    gather(khorgos, {"flow.contents.mean": [40, 1], "flow.contents.scv": [0.01, 0]}, 2)


def test_a_path_cannot_be_given_twice(khorgos):
    with pytest.raises(OverrideError, match="twice"):
        gather(khorgos, {"flow.per_day": [1], "flows.westbound.per_day": [2]}, 1)


def test_choices_group_the_scenarios(khorgos):
    law, minutes = "stages.reception.service_time.law", "stages.reception.service_time.mean_minutes"
    laws = ["exponential", "deterministic", "exponential", "exponential"]
    scenarios = gather(khorgos, {minutes: [10, 20, 30, 40], law: laws}, 4)
    rows = {group.hub.stages["reception"].service_time.law: group.rows.tolist() for group in scenarios.groups}
    assert rows == {"exponential": [0, 2, 3], "deterministic": [1]}
    by_law = {group.hub.stages["reception"].service_time.law: group.hub for group in scenarios.groups}
    assert by_law["exponential"].stages["reception"].service_time.mean_minutes.tolist() == [10, 30, 40]
    assert by_law["deterministic"].stages["reception"].service_time.mean_minutes == 20
    assert list(scenarios.columns) == [minutes, law]
    assert scenarios.overrides(1) == {minutes: 20.0, law: "deterministic"}


def test_a_new_law_keeps_what_it_shares_and_asks_for_the_rest(khorgos):
    path = "stages.reception.service_time"
    (group,) = gather(khorgos, {f"{path}.law": ["lognormal"]}, 1).groups
    new, old = group.hub.stages["reception"].service_time, khorgos.stages["reception"].service_time
    assert (new.law, new.mean_minutes, new.scv) == ("lognormal", old.mean_minutes, old.scv)

    problem = problem_of(OverrideError, khorgos, {f"{path}.law": ["erlang"]})
    assert problem.parameter == f"{path}.k"
    (group,) = gather(khorgos, {f"{path}.law": ["erlang"], f"{path}.k": [4]}, 1).groups
    assert group.hub.stages["reception"].service_time.moments().scv == pytest.approx(0.25)


def test_an_unknown_choice_is_corrected(khorgos):
    problem = problem_of(OverrideError, khorgos, {"stages.reception.service_time.law": ["exponental"]})
    assert "exponential" in problem.hint
    assert "exponential" in problem.allowed


def test_a_number_of_the_old_law_is_unknown_to_the_new(khorgos):
    path = "stages.reception.service_time"
    with pytest.raises((UnknownPathError, OverrideError)):
        gather(khorgos, {f"{path}.law": ["exponential"], f"{path}.scv": [0.5]}, 1)


def test_units_are_choices(khorgos):
    (group,) = gather(khorgos, {"flow.unit": ["wagon"]}, 1).groups
    assert group.hub.main.unit == "wagon"
    assert gather(khorgos, {"flow.unit": ["wagon"]}, 1).overrides(0) == {"flows.westbound.unit": "wagon"}
