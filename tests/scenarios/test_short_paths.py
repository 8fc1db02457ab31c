"""Short forms of paths: `flow.` for the main flow, the bare id of a stage or a flow for its place."""

import pytest

import hubfixtures
from hubcalc import analyze
from hubcalc.errors import OverrideError, UnknownPathError
from hubcalc.scenarios import check_paths, full_path, gather
from hubcalc.scenarios.stated import changed_by
from hubmodels.paths import leaves


@pytest.fixture(scope="module")
def khorgos():
    return hubfixtures.load("khorgos-gateway")


@pytest.mark.parametrize("name", hubfixtures.names())
def test_each_path_of_a_fixture_may_be_shortened(name):
    hub = hubfixtures.load(name)
    clashes = hub.stages.keys() & hub.flows.keys()
    for path in leaves(hub):
        assert full_path(hub, path) == path, "a full path stays what it is"
        part, _, short = path.partition(".")
        if part in ("stages", "flows") and short.partition(".")[0] not in clashes:
            assert full_path(hub, short) == path


def test_short_and_long_give_the_same_numbers(khorgos):
    long = {"stages.front.cranes": 4, "flows.westbound.per_day": 12}
    short = {"front.cranes": 4, "westbound.per_day": 12}
    rows = [analyze(khorgos, given, metrics=["utilization"]).to_rows() for given in (long, short)]
    assert rows[0] == rows[1]
    assert "stages.front.cranes" in rows[1][0], "results name the full path"


def _with_stage(khorgos, stage_id):
    """Rename the gate, along with all that speaks of it."""
    text = khorgos.model_dump_json(exclude_unset=True)
    for before, after in (('"gate"', f'"{stage_id}"'), ("stages.gate.", f"stages.{stage_id}.")):
        text = text.replace(before, after)
    return type(khorgos).model_validate_json(text.replace(f'"kind":"{stage_id}"', '"kind":"gate"'))


def test_an_id_of_a_stage_and_a_flow_is_refused_by_both_names(khorgos):
    both = _with_stage(khorgos, "trucks")
    with pytest.raises(UnknownPathError) as caught:
        gather(both, {"trucks.per_day": [9]}, 1)
    (problem,) = caught.value.problems
    assert problem.parameter == "trucks.per_day"
    assert "stages.trucks.per_day" in problem.hint
    assert "flows.trucks.per_day" in problem.hint
    assert full_path(both, "flows.trucks.per_day") == "flows.trucks.per_day"
    gather(both, {"flows.trucks.per_day": [9]}, 1)


@pytest.mark.parametrize("stage_id", ["opening", "targets", "flow"])
def test_a_full_path_always_wins(khorgos, stage_id):
    hub = _with_stage(khorgos, stage_id)
    path = {"opening": "opening.hours_per_day", "targets": "targets.wait_hours", "flow": "flow.per_day"}[stage_id]
    expected = f"flows.{hub.main_flow}.per_day" if stage_id == "flow" else path
    assert full_path(hub, path) == expected
    gather(hub, {path: [12]}, 1)


@pytest.mark.parametrize("first", ["front.cranes", "stages.front.cranes"])
def test_a_path_in_two_spellings_is_refused(khorgos, first):
    other = {"front.cranes": "stages.front.cranes", "stages.front.cranes": "front.cranes"}[first]
    with pytest.raises(OverrideError, match="given twice"):
        gather(khorgos, {first: [3], other: [4]}, 1)
    with pytest.raises(OverrideError, match="given twice"):
        gather(khorgos, {"flow.per_day": [3], "westbound.per_day": [4]}, 1)


def test_what_is_given_later_wins_in_any_spelling(khorgos):
    held = {"stages.front.cranes": 2, "flow.per_day": 5}
    found = changed_by(khorgos, held, {"front.cranes": "4", "westbound.per_day": "6"})
    assert found == {"front.cranes": "4", "westbound.per_day": "6"}


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("front.crane", "front.cranes"),
        ("fron.cranes", "front.cranes"),
        ("stages.front.crane", "stages.front.cranes"),
        ("westbound.per_dy", "westbound.per_day"),
        ("flow.per_dy", "flow.per_day"),
        ("flows.westbound.per_dy", "flows.westbound.per_day"),
        ("opening.hours_per_dya", "opening.hours_per_day"),
    ],
)
def test_hints_are_as_short_as_what_was_given(khorgos, given, meant):
    with pytest.raises(UnknownPathError) as caught:
        gather(khorgos, {given: [3]}, 1)
    assert caught.value.problems[0].hint == f"did you mean {meant}?"
    assert caught.value.problems[0].parameter == given


def test_a_path_that_another_choice_brings_may_be_short(khorgos):
    law = "gate.service_time"
    corners = {"low_minutes": [2], "mode_minutes": [3], "high_minutes": [6]}
    short = {f"{law}.law": ["triangular"], **{f"{law}.{name}": value for name, value in corners.items()}}
    long = {f"stages.{path}": value for path, value in short.items()}
    assert gather(khorgos, short, 1).overrides(0) == gather(khorgos, long, 1).overrides(0)
    assert "stages.gate.service_time.mode_minutes" in gather(khorgos, short, 1).overrides(0)
    with pytest.raises(OverrideError):
        gather(khorgos, {**short, f"{law}.shape": [2]}, 1)


def test_blank_short_paths_are_known(khorgos):
    check_paths(khorgos, ["front.cranes", "westbound.per_day", "flow.per_day"])
    with pytest.raises(UnknownPathError):
        check_paths(khorgos, ["front.crane"])
