"""Where a study's seed holds, values that are none, options that are wrong, and what is varied by default."""

import json

import numpy as np
import pytest

import hubfixtures
from hubcalc.documents import Fixtures
from hubcalc.errors import InvalidRequestError, OverrideError, ParameterError
from hubcalc.studies.running import parse_request, run_study
from hubcalc.studies.sensitivity import build_sensitivity
from hubcalc.studies.sweeps.tables import rows_of_csv

KHORGOS = {"kind": "hub", "id": "khorgos-gateway"}
MIDDLE = {"kind": "corridor", "id": "middle-corridor"}
CRANES, FLOW = "stages.front.cranes", "flow.per_day"
AS_IT_IS = {"kind": "list", "rows": [{}]}


def storms(**more):
    request = {"subject": MIDDLE, "question": "storms", "design": AS_IT_IS, **more}
    return run_study("sweep", request, workers=1).to_rows()[0]


@pytest.mark.slow
def test_storms_follow_the_seed_of_the_study():
    first, second = (storms(seed=seed, options={"storms": "kuryk"}) for seed in (1, 2))
    assert first != second
    assert storms(options={"storms": "kuryk", "seed": 2}) == second
    assert storms(seed=3, options={"storms": "kuryk", "seed": 2}) == second


@pytest.mark.slow
@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"question": "flow", "options": {"capacity": "practicle"}}, "/options/capacity"),
        ({"question": "transit", "options": {"demand": "nobody"}}, "/options/demand"),
        ({"question": "transit", "options": {"via": ["atlantis"]}}, "/options/via"),
        ({"question": "resilience", "options": {"lost_share": 2.0}}, "/options/lost_share"),
        ({"question": "storms", "options": {"storms": "calm"}}, "/options/storms"),
        ({"question": "storms"}, "/options/storms"),
    ],
)
def test_values_of_options_are_checked_before_the_work(more, pointer):
    with pytest.raises(ParameterError) as caught:
        run_study("sweep", {"subject": MIDDLE, "design": AS_IT_IS, **more}, workers=1)
    assert [problem.pointer for problem in caught.value.problems] == [pointer]


@pytest.mark.parametrize(
    "design", [AS_IT_IS, {"kind": "grid", "values": {CRANES: [2, 3]}}, {"kind": "csv", "text": f"{CRANES}\n2"}]
)
def test_a_seed_is_refused_where_nothing_is_drawn(design):
    for seed in (1, 2):  # 1 is what is taken where none is given
        with pytest.raises(InvalidRequestError, match="nothing is drawn in a grid, a list or a table: leave it out"):
            parse_request("sweep", {"subject": KHORGOS, "design": design, "seed": seed})
    assert parse_request("sweep", {"subject": MIDDLE, "question": "storms", "design": design, "seed": 1}).seed == 1
    staging = {"first_year": 2030, "growth": {"rates": {"a": 0.1}}, "years": 3, "economics": {"discount_rate": 0.1}}
    expansions = [{"id": "a", "overrides": {CRANES: 4}, "capital_usd": 1, "lead_years": 0, "life_years": 9}]
    for seed in (1, 2):
        with pytest.raises(InvalidRequestError, match="nothing is drawn in staging"):
            parse_request("staging", {"subject": KHORGOS, **staging, "expansions": expansions, "seed": seed})


def test_a_request_goes_through_json_as_it_was_given():
    asked = {"subject": KHORGOS, "design": AS_IT_IS, "method": "fast"}
    request = parse_request("sweep", asked)
    assert json.loads(request.model_dump_json()).keys() == asked.keys()
    again = parse_request("sweep", json.loads(request.model_dump_json()))
    assert again == request
    assert again.model_fields_set == request.model_fields_set
    assert run_study("sweep", request, workers=1).to_rows() == run_study("sweep", asked, workers=1).to_rows()


@pytest.mark.parametrize("name", ["seed", "base_points", "most_missing_share", "level"])
def test_what_is_of_sobol_indices_is_refused_without_them(name):
    usual = parse_request("sensitivity", {"subject": KHORGOS})
    asked = {"subject": KHORGOS, name: getattr(usual, name)}
    with pytest.raises(InvalidRequestError, match="add sobol to analysis") as caught:
        parse_request("sensitivity", asked)
    assert caught.value.problems[0].pointer == f"/{name}"
    assert parse_request("sensitivity", {**asked, "analysis": ["sobol"]}) == usual.model_copy(
        update={"analysis": ("sobol",)}
    )


def test_what_a_subject_does_not_take_is_refused_as_it_is_by_default_too():
    with pytest.raises(ParameterError, match="questions are asked of corridors"):
        run_study("sweep", {"subject": KHORGOS, "design": AS_IT_IS, "question": "transit"}, workers=1)
    resilience = {"subject": MIDDLE, "design": AS_IT_IS, "question": "resilience"}
    with pytest.raises(ParameterError, match="resilience takes no method"):
        run_study("sweep", {**resilience, "method": "fast"}, workers=1)


def test_a_scenario_of_a_document_in_the_request_is_refused_in_words():
    document = Fixtures().hub("khorgos-gateway").model_dump(mode="json")
    name = next(name for name in hubfixtures.names("scenarios") if Fixtures().scenario(name).subject.kind == "hub")
    with pytest.raises(ParameterError, match=r"a scenario is of a stored document.*leave out document"):
        run_study("sweep", {"document": document, "scenario": name, "design": AS_IT_IS}, workers=1)


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"design": {"kind": "grid", "values": {CRANES: [True, 3]}}}, f"/design/values/{CRANES}/0"),
        ({"design": {"kind": "list", "rows": [{CRANES: False}]}}, f"/design/rows/0/{CRANES}"),
        ({"design": AS_IT_IS, "overrides": {CRANES: True}}, f"/overrides/{CRANES}"),
        (
            {"design": {"kind": "random", "rows": 9, "inputs": {CRANES: {"law": "uniform", "low": True, "high": 3}}}},
            f"/design/inputs/{CRANES}/low",
        ),
    ],
)
def test_truth_values_are_no_numbers(asked, pointer):
    with pytest.raises(InvalidRequestError, match="true and false are no values of an input") as caught:
        parse_request("sweep", {"subject": KHORGOS, **asked})
    assert caught.value.problems[0].pointer == pointer


@pytest.mark.parametrize("first", ["sep=;\r\n", '"sep=;"\r\n', "\ufeffSEP=;\n"])
def test_a_table_whose_first_line_says_the_separator(first):
    # the header has more commas than semicolons
    table = f"{first}{CRANES} [cranes, each, all];{FLOW}\r\n3;10,5\r\n"
    assert rows_of_csv(table) == ({CRANES: "3", FLOW: "10.5"},)


def test_a_decimal_comma_is_read_between_semicolons_only():
    assert rows_of_csv(f"{FLOW};{CRANES}\n1,5;2")[0][FLOW] == "1.5"
    assert rows_of_csv(f"{FLOW}\t{CRANES}\n1,234\t2")[0][FLOW] == "1,234"
    rows = run_study(
        "sweep", {"subject": KHORGOS, "design": {"kind": "csv", "text": f"{FLOW}\t{CRANES}\n1,234\t2"}}, workers=1
    ).to_rows()
    assert rows[0]["status"] == "invalid"


FORK = "flows.trains.route.desk"
DESK = {"kind": "service", "servers": 9, "service_time": {"law": "exponential", "mean_minutes": 60.0}}
SHARES = {"first": 0.5, "second": 0.3, "third": 0.2}
FORKED = {
    "schema_version": 1,
    "id": "fork",
    "name": "Fork",
    "kind": "dry_port",
    "country": "KZ",
    "location": {"latitude_deg": 44, "longitude_deg": 80},
    "opening": {"time_zone": "Asia/Almaty"},
    "main_flow": "trains",
    "flows": {"trains": {"unit": "train", "per_day": 24.0, "route": {"desk": SHARES, **{name: {} for name in SHARES}}}},
    "stages": dict.fromkeys(("desk", *SHARES), DESK),
}


@pytest.mark.parametrize(("drawn", "follows"), [(("first",), "second"), (("second", "third"), "first")])
def test_shares_of_a_fork_still_add_up_to_one_in_random_rows(drawn, follows):
    inputs = {f"{FORK}.{name}": {"law": "uniform", "low": 0.1, "high": 0.4} for name in drawn}
    request = {"document": FORKED, "design": {"kind": "random", "rows": 500, "inputs": inputs}}
    outcome = run_study("sweep", {**request, "fields": ["utilization"]}, workers=1)
    shown = [column.name for column in outcome.result.columns]
    columns = {name: outcome.source.column(f"{FORK}.{name}") for name in SHARES if f"{FORK}.{name}" in shown}
    assert set(columns) == {*drawn, follows}
    total = sum((columns.get(name, share) for name, share in SHARES.items()), start=np.zeros(500))
    np.testing.assert_allclose(total, 1.0)
    assert outcome.result.statuses.get("invalid", 0) == 0
    assert follows in next(each.message for each in outcome.result.warnings if each.code == "shares_that_follow")


def sensitivity(corridor, **more):
    request = {"subject": {"kind": "corridor", "id": corridor}, "analysis": "tornado", "fields": ["cost_usd"], **more}
    return parse_request("sensitivity", request)


def test_what_is_uncertain_inside_a_corridor_is_varied_as_monte_carlo_draws_it():
    names = {column.name for column in build_sensitivity(sensitivity("energy"), Fixtures()).columns}
    lines = {name.split(".")[1] for name in names if name.startswith("lines.")}
    assert lines
    for line in lines:
        ranged = (path for path, item in Fixtures().line(line).uncertainty.items() if item.low < item.high)
        assert {f"lines.{line}.{path}" for path in ranged} <= names
    assert set(Fixtures().corridor("energy").uncertainty) <= names


@pytest.mark.slow
def test_inputs_that_are_left_out_are_counted():
    inside = {"analysis": ["sobol"], "base_points": 32}
    made = run_study("sensitivity", sensitivity("western-europe-western-china", **inside), workers=1).result
    own = set(Fixtures().corridor("western-europe-western-china").uncertainty)
    assert {each.path for each in made.inputs} == own
    said = next(each.message for each in made.warnings if each.code == "inputs_left_out")
    assert said.startswith("75 inputs of its hubs and lines are uncertain too")
    with pytest.raises(OverrideError, match="inputs of its hubs and lines") as caught:
        build_sensitivity(sensitivity("kazakhstan-grain", **inside), Fixtures())
    assert caught.value.problems[0].pointer == "/uncertain"
