"""Overrides by path: of the corridor, of its hubs and lines, of the main demand."""

import pytest

import hubcalc
from hubcalc.analysis.corridors.case import MOST_CASES, cases_of, corridor_of
from hubcalc.errors import DocumentError, NotFoundError, OverrideError, TooManyScenariosError, UnknownPathError


def cases(chain, overrides=None):
    document, library = chain
    return cases_of(corridor_of(document, library), overrides, library)


def test_without_overrides_there_is_one_case(chain):
    (case,) = cases(chain)
    assert case.overrides == {}
    assert set(case.hubs) == {"first", "second"}
    assert set(case.lines) == {"road"}


def test_paths_lead_to_corridor_hub_line_and_demand(chain):
    overrides = {
        "hubs.first.stages.desk.servers": 3,
        "lines.road.stages.run.speed_km_per_hour": 25,
        "demand.per_day": 7,
        "nodes.b.other_per_day": 2,
    }
    (case,) = cases(chain, overrides)
    assert case.hubs["first"].stages["desk"].servers == 3
    assert case.lines["road"].stages["run"].speed_km_per_hour == 25
    assert case.corridor.demands["goods"].per_day == 7
    assert case.corridor.nodes["b"].other_per_day == 2
    assert "demands.goods.per_day" in case.overrides


def test_an_override_of_a_line_changes_its_time(chain):
    document, library = chain
    overrides = {"lines.road.stages.run.speed_km_per_hour": [50, 25]}
    fast, slow = hubcalc.transit(document, overrides, documents=library).results
    assert slow.time.mean_hours - fast.time.mean_hours == pytest.approx(10.0)


def test_lists_are_combined_the_last_path_fastest(chain):
    found = cases(chain, {"demand.per_day": [1, 2], "hubs.first.stages.desk.servers": [1, 2, 3]})
    assert [tuple(case.overrides.values()) for case in found] == [(a, b) for a in (1, 2) for b in (1, 2, 3)]


def test_too_many_cases_are_refused(chain):
    with pytest.raises(TooManyScenariosError):
        cases(chain, {"demand.per_day": list(range(MOST_CASES + 1))})


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("hubs.frist.stages.desk.servers", "hubs.frist"),
        ("lines.raod.length_km", "lines.raod"),
        ("hubs.first.stages.desk.server", "hubs.first.stages.desk.server"),
        ("lines.road.stages.run.sped", "lines.road.stages.run.sped"),
        ("nodes.a.other", "nodes.a.other"),
        ("demand.per_dya", "demands.goods.per_dya"),
    ],
)
def test_an_unknown_path_is_named_from_the_corridor_on(chain, path, said):
    with pytest.raises(UnknownPathError) as caught:
        cases(chain, {path: 1})
    assert caught.value.problems[0].parameter == said
    assert caught.value.problems[0].hint


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("hubs.first.stages.desk.servers", 0),
        ("hubs.first.prices.truck.usd", -1),
        ("lines.road.stages.run.speed_km_per_hour", -5),
        ("demands.goods.per_day", -1),
        ("demands.goods.value_of_time_usd_per_hour", -1),
        ("nodes.a.other_per_day", "many"),
    ],
)
def test_a_value_out_of_bounds_is_named_from_the_corridor_on(chain, path, value):
    """Prices and values of time are 0 or more, so no way around a circle costs less than nothing."""
    with pytest.raises(OverrideError) as caught:
        cases(chain, {path: value})
    assert caught.value.problems[0].parameter == path
    assert caught.value.problems[0].given == value


def test_what_is_missing_is_named_at_its_place(chain, write):
    document, library = chain
    wrong = write.corridor(
        {"a": {"hub": "first"}, "b": {"hub": "secnd"}}, {"ab": ("raod", "a", "b", {})}, document["demands"]
    )
    with pytest.raises(DocumentError) as caught:
        cases_of(corridor_of(wrong, library), {}, library)
    assert {problem.pointer for problem in caught.value.problems} == {"/nodes/b/hub", "/links/ab/line"}


def test_an_unknown_corridor_is_not_found():
    with pytest.raises(NotFoundError, match="middle-corridor"):
        hubcalc.transit("midle-corridor")


def test_an_input_of_the_main_demand_is_named_once(chain):
    with pytest.raises(OverrideError) as refused:
        cases(chain, {"demand.per_day": 1, "demands.goods.per_day": 2})
    (problem,) = refused.value.problems
    assert problem.parameter == "demands.goods.per_day"
    assert problem.message == "given twice"
