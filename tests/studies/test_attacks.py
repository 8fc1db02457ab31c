"""Studies asked badly or oddly: what is accepted, what is refused and where, and that no row is lost on the way."""

import json

import pytest

from hubcalc.cli.study_requests import design_of, laws_of, targets_of
from hubcalc.documents import Fixtures
from hubcalc.errors import DocumentError, InvalidRequestError, OverrideError, ParameterError, TooManyScenariosError
from hubcalc.studies.base import chunk_count
from hubcalc.studies.running import parse_request, run_study
from hubcalc.studies.snapshot import Recorder
from hubcalc.studies.subjects import asked_of
from hubcalc.studies.work import work_of
from hubmodels import SCENARIO

KHORGOS = {"kind": "hub", "id": "khorgos-gateway"}
MIDDLE = {"kind": "corridor", "id": "middle-corridor"}
FLOW, CRANES, ROOM = "flows.westbound.per_day", "stages.front.cranes", "stages.reception.waiting_room"


def sweep(design, **more):
    return run_study("sweep", {"subject": KHORGOS, "fields": ["utilization"], "design": design, **more}, workers=1)


def refused(design, **more):
    with pytest.raises((OverrideError, ParameterError)) as caught:
        sweep(design, **more)
    return caught.value.problems[0]


class Library(Fixtures):
    """Documents that come with hubcalc, and one scenario with a short path."""

    def __init__(self):
        self.versions = {"khorgos-gateway": 4, "poti": 2}

    def scenario(self, scenario_id):
        overrides = {"flow.per_day": 8, CRANES: 2}
        given = {"kind": "scenario", "id": scenario_id, "name": "Few", "subject": KHORGOS, "overrides": overrides}
        return SCENARIO.validate_python(given)


def test_a_row_that_leaves_out_an_input_without_a_value_leaves_it_without_one():
    assert Fixtures().hub("khorgos-gateway").stages["reception"].waiting_room is None
    outcome = sweep({"kind": "list", "rows": [{ROOM: 0}, {FLOW: 11}, {ROOM: None}, {}, {ROOM: "x"}]})
    rows = outcome.to_rows()
    assert [row["status"] for row in rows] == ["ok", "ok", "ok", "ok", "invalid"]
    assert [row[ROOM] for row in rows] == [0, None, None, None, None]
    assert rows[1]["utilization"] == rows[2]["utilization"] == rows[3]["utilization"]


def test_rows_after_many_bad_ones_are_answered():
    values = {"flows.trucks.direction": ["forward", " return"], FLOW: [*range(-150, 0), 9]}
    outcome = sweep({"kind": "grid", "values": values})
    assert outcome.result.statuses == {"invalid": 300, "ok": 2}
    assert [row["row"] for row in outcome.to_rows() if row["status"] == "ok"] == [150, 301]


@pytest.mark.parametrize("values", [{FLOW: ["many", 10, "11"]}, {FLOW: ["many", 10, 11], CRANES: [2, 3]}])
def test_what_is_no_number_has_no_place_in_a_chart(values):
    outcome = sweep({"kind": "grid", "values": values})
    assert outcome.result.charts
    assert "many" not in json.dumps(outcome.result.charts, allow_nan=False)


def test_a_table_shows_no_number_where_none_was_given():
    rows = sweep({"kind": "list", "rows": [{FLOW: "1e400"}, {FLOW: "1_0"}, {FLOW: "10"}]}).to_rows()
    assert [row[FLOW] for row in rows] == [None, None, 10]
    assert [row["status"] for row in rows] == ["invalid", "invalid", "ok"]


def test_a_table_may_begin_with_empty_lines():
    rows = sweep({"kind": "csv", "text": f"\n\r\n{FLOW};{CRANES}\r\n10,5;3\r\n"}).to_rows()
    assert [(row[FLOW], row[CRANES]) for row in rows] == [(10.5, 3)]


def test_unknown_paths_are_pointed_to_where_they_stand():
    assert refused({"kind": "csv", "text": "flow.per_dayy\n1\n"}).pointer == "/design/text"
    assert refused({"kind": "list", "rows": [{}, {"flow.per_dayy": 1}]}).pointer == "/design/rows/1/flow.per_dayy"
    assert refused({"kind": "grid", "values": {"flow.per_dayy": [1]}}).pointer == "/design/values/flow.per_dayy"


def test_an_open_quotation_mark_is_told():
    problem = refused({"kind": "csv", "text": f'{FLOW}\n"' + "1" * 140_000})
    assert problem.pointer == "/design/text"
    assert "line 2" in problem.message


def test_hubs_are_asked_no_question_of_corridors():
    assert refused({"kind": "list", "rows": [{}]}, question="flow").pointer == "/question"


@pytest.mark.parametrize(("more", "pointer"), [
    ({"options": {"via": 5}}, "/options/via"),
    ({"options": {"via": ["aktau", 3]}}, "/options/via/1"),
    ({"question": "emissions", "method": "exact"}, "/method"),
])  # fmt: skip
def test_options_of_corridors_are_checked_before_the_work(more, pointer):
    assert refused({"kind": "list", "rows": [{}]}, subject=MIDDLE, fields=[], **more).pointer == pointer


def test_overrides_of_a_request_win_over_a_scenario_whatever_form_their_paths_have():
    request = {"scenario": "few", "overrides": {FLOW: 9}, "design": {"kind": "list", "rows": [{}]}}
    asked = asked_of(parse_request("sweep", request), Library())
    assert asked.evaluator.inputs[FLOW].value == 9
    assert asked.evaluator.inputs[CRANES].value == 2


@pytest.mark.slow
def test_rows_win_over_overrides_of_a_corridor_whatever_form_their_paths_have():
    demand = "demands.xian-constanta.per_day"
    request = {"subject": MIDDLE, "question": "emissions", "overrides": {"demand.per_day": 30}}
    outcome = run_study("sweep", {**request, "design": {"kind": "list", "rows": [{demand: 10}, {}]}}, workers=1)
    assert outcome.result.statuses == {"ok": 2}
    assert [row[demand] for row in outcome.to_rows()] == [10, 30]


def test_a_bad_document_is_pointed_to_inside_the_request():
    with pytest.raises(DocumentError) as caught:
        run_study("sweep", {"document": {}, "design": {"kind": "list", "rows": [{}]}})
    assert caught.value.problems[0].pointer == "/document/kind"


LOW = {"law": "uniform", "low": "x", "high": 3}
TWO_OR_THREE, BUSY = {"values": [2, 3], "cost_usd_per_year": 1}, {"utilization": {"at_most": 1}}
SHARED = {"paths": ["flow.per_day"], "law": LOW}


@pytest.mark.parametrize(("kind", "asked", "pointers"), [
    ("montecarlo", {"laws": {"flow.per_day": LOW}}, ["/laws/flow.per_day/low"]),
    # a path, an id and a field that are called as a law is
    ("montecarlo", {"laws": {"uniform": {**LOW, "uniform": 3}}}, ["/laws/uniform/low", "/laws/uniform/uniform"]),
    ("montecarlo", {"shocks": {"uniform": SHARED}}, ["/shocks/uniform/law/low"]),
    ("montecarlo", {"shocks": {"Not so": {**SHARED, "law": {"law": "normal", "mean": 1, "sd": 1}}}},
     ["/shocks/Not so"]),
    ("montecarlo", {"shocks": {"Not so": {**SHARED, "[key]": 1}}},
     ["/shocks/Not so", "/shocks/Not so/law/low", "/shocks/Not so/[key]"]),
    ("montecarlo", {"laws": {"a.b": {"law": "range", "low": 3, "high": 2}}}, ["/laws/a.b/low"]),
    ("montecarlo", {"laws": {"a.b": {"law": "zipf"}, "c.d": {}}}, ["/laws/a.b/law", "/laws/c.d/law"]),
    ("montecarlo", {"laws": {"a.b": {"law": "empirical", "values": ["x"]}}}, ["/laws/a.b/values/0"]),
    ("sensitivity", {"laws": {"pert": {"law": "pert", "low": 1, "high": 2}}}, ["/laws/pert/mode"]),
    ("sensitivity", {"analysis": "foo"}, ["/analysis/0"]),
    ("sensitivity", {"analysis": []}, ["/analysis"]),
    ("sweep", {"design": {"kind": "grid", "values": {}}}, ["/design/values"]),
    ("sweep", {"design": {"kind": "list", "rows": [{"list": []}]}}, ["/design/rows/0/list"] * 3),
    ("sweep", {"design": {"kind": "sobol", "rows": 8, "inputs": {"sobol": {**LOW, "law": "range"}}}},
     ["/design/inputs/sobol/low"]),
    ("sweep", {"design": {"kind": "latin_hypercube", "rows": 0, "inputs": {"x": LOW}}},
     ["/design/rows", "/design/inputs/x/low"]),
    ("sizing", {"targets": {"t": {"at_most": 1}},
                "choices": {"float": {"from": "x", "to": 3, "cost_usd_per_year": ["x"]}}},
     ["/choices/float/from", "/choices/float/cost_usd_per_year", "/choices/float/cost_usd_per_year/0"]),
])  # fmt: skip
def test_problems_of_a_request_point_to_places_that_it_has(kind, asked, pointers):
    with pytest.raises(InvalidRequestError) as caught:
        parse_request(kind, {"subject": KHORGOS, **asked})
    assert [problem.pointer for problem in caught.value.problems] == pointers
    assert (caught.value.code, caught.value.title) == ("invalid_request", "The request is not valid")


@pytest.mark.parametrize(("kind", "asked", "pointer"), [
    ("sizing", {"choices": {CRANES: TWO_OR_THREE}, "targets": BUSY, "overrides": {CRANES: 3}}, f"/choices/{CRANES}"),
    ("sizing", {"choices": {FLOW: TWO_OR_THREE}, "targets": BUSY, "overrides": {"flow.per_day": 3}},
     f"/choices/{FLOW}"),
    ("sensitivity", {"uncertain": [CRANES, "flow.per_day"], "overrides": {FLOW: 9}, "swing": 0.1}, "/uncertain/1"),
    ("sensitivity", {"laws": {FLOW: {**LOW, "low": 2}}, "overrides": {"flow.per_day": 9}}, f"/laws/{FLOW}"),
    ("sensitivity", {"scenario": "few", "uncertain": [CRANES]}, "/uncertain/0"),
    ("montecarlo", {"uncertain": ["flow.per_day"], "overrides": {FLOW: 9}}, "/uncertain/0"),
    ("montecarlo", {"laws": {FLOW: {**LOW, "low": 2}}, "overrides": {"flow.per_day": 9}}, f"/laws/{FLOW}"),
])  # fmt: skip
def test_an_input_is_not_held_and_varied_at_once(kind, asked, pointer):
    with pytest.raises(OverrideError, match="this input is held by an override") as caught:
        work_of(kind, parse_request(kind, {"subject": KHORGOS, **asked}), Library())
    assert caught.value.problems[0].pointer == pointer


def test_a_law_may_replace_what_a_scenario_holds():
    laws = {CRANES: {"law": "uniform", "low": 2, "high": 4}}
    request = {"scenario": "few", "uncertain": [CRANES], "laws": laws, "fields": ["utilization"]}
    _, study = work_of("sensitivity", parse_request("sensitivity", request), Library())
    assert study.rows > 0


def test_a_result_names_the_versions_of_all_documents_that_were_used():
    request = parse_request("sweep", {"subject": MIDDLE, "design": {"kind": "list", "rows": [{}]}})
    documents = asked_of(request, Recorder(Library())).subject.documents
    assert documents["poti"] == 2
    work, _ = work_of("sweep", request, Library())
    assert dict(work.versions) == documents


@pytest.mark.slow
def test_a_chunk_of_an_enormous_grid_is_made_at_once():
    rows = 10**10
    values = {FLOW: [8 + place * 1e-5 for place in range(100_000)], CRANES: list(range(1, rows // 100_000 + 1))}
    request = parse_request("sweep", {"subject": KHORGOS, "fields": ["utilization"],
                                      "design": {"kind": "grid", "values": values}})  # fmt: skip
    _, study = work_of("sweep", request, Fixtures())
    assert study.rows == rows
    last = study.evaluate(chunk_count(study) - 1)
    assert last["row"][-1] == rows - 1
    assert last[FLOW][-1] == values[FLOW][-1]
    assert last[CRANES][-1] == len(values[CRANES])


def test_a_larger_grid_is_refused():
    values = {FLOW: "1..100000", CRANES: "1..100001"}
    with pytest.raises(TooManyScenariosError) as caught:
        sweep({"kind": "grid", "values": values})
    assert caught.value.problems[0].pointer == "/design/values"


def test_shares_of_a_fork_add_up_in_a_sensitivity_study():
    subject = {"kind": "hub", "id": "dostyk-alashankou-rail"}
    request = {"subject": subject, "fields": ["utilization"], "analysis": ["tornado", "sobol"], "base_points": 2}
    outcome = run_study("sensitivity", request, workers=1)
    assert "invalid" not in outcome.result.statuses
    front, other = (f"flows.westbound.route.platforms.{name}" for name in ("front", "transterminal"))
    for row in outcome.to_rows():
        assert row[front] + row[other] == pytest.approx(1.0, abs=1e-12)
    (advice,) = [item for item in outcome.result.warnings if item.code == "shares_that_follow"]
    assert front in advice.message


def test_a_metric_that_differs_in_its_last_digits_alone_has_no_ranking():
    laws = {FLOW: {"law": "uniform", "low": 50, "high": 60}}
    request = {"subject": KHORGOS, "fields": ["utilization"], "draws": 200, "uncertain": [], "laws": laws}
    (metric,) = run_study("montecarlo", request, workers=1).result.metrics
    assert metric.sd < 1e-12
    assert metric.importance == []
    assert sum(metric.histogram.counts) == 200


def test_what_a_killed_process_left_is_put_away(tmp_path):
    (tmp_path / "study.json.partial").write_text("{")
    (tmp_path / "chunk-000000.7.partial").write_text("PAR1")
    request = {"subject": KHORGOS, "fields": ["utilization"], "design": {"kind": "list", "rows": [{}]}}
    run_study("sweep", request, folder=tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["chunk-000000.parquet", "study.json"]
    run_study("sweep", request, folder=tmp_path)
    (tmp_path / "study.json").write_text("")
    with pytest.raises(ParameterError, match="another study"):
        run_study("sweep", request, folder=tmp_path)


def test_places_that_cannot_be_written_are_told(tmp_path):
    (tmp_path / "file").write_text("")
    request = {"subject": KHORGOS, "fields": ["utilization"], "design": {"kind": "list", "rows": [{}]}}
    with pytest.raises(ParameterError, match="folder: cannot be used"):
        run_study("sweep", request, folder=tmp_path / "file")
    outcome = run_study("sweep", request, workers=1)
    with pytest.raises(ParameterError, match="out: there is no such folder"):
        outcome.write(tmp_path / "none" / "rows.csv")
    (tmp_path / "rows.csv").mkdir()
    with pytest.raises(ParameterError, match="out: cannot be written"):
        outcome.write(tmp_path / "rows.csv")
    outcome.write(tmp_path / "ROWS.CSV")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ROWS.CSV", "file", "rows.csv"]


def test_the_command_line_drops_nothing(tmp_path):
    with pytest.raises(ParameterError, match="given twice"):
        design_of(["a.b=1", "a.b=2"], None, [], None, None)
    with pytest.raises(ParameterError, match="given twice"):
        laws_of(["a.b=uniform:1,2", "a.b=uniform:1,3"])
    with pytest.raises(ParameterError, match="given twice"):
        targets_of(["utilization<=1", "utilization<=2"])
    with pytest.raises(ParameterError, match="say which rows"):
        design_of(["a.b=1"], None, [], None, "random")
    table = tmp_path / "table.csv"
    table.write_bytes("über.b\n1\n".encode("latin-1"))
    with pytest.raises(ParameterError, match="not UTF-8"):
        design_of([], table, [], None, None)


def test_a_law_of_an_input_inside_a_corridor_keeps_its_path():
    path = "hubs.khorgos-gateway.stages.front.cranes"
    request = {
        "subject": {"kind": "corridor", "id": "lianyungang-almaty"},
        "fields": ["mean_hours"],
        "analysis": ["tornado"],
        "uncertain": [],
        "laws": {path: {"law": "uniform", "low": 3, "high": 5}},
    }
    result = run_study("sensitivity", request, workers=1).result
    assert [item.path for item in result.inputs] == [path]
    assert "invalid" not in {status for status, rows in result.statuses.items() if rows}
