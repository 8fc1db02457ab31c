"""Sweeps: rows of grids, lists, tables and random designs, and what is said of all of them."""

import numpy as np
import pytest

import hubcalc
from hubcalc.documents import Fixtures
from hubcalc.errors import DocumentError, NotFoundError, OverrideError, ParameterError
from hubcalc.sampling import Triangular
from hubcalc.studies.running import run_study
from hubmodels import SCENARIO

MIDDLE = {"kind": "corridor", "id": "middle-corridor"}
KHORGOS = {"kind": "hub", "id": "khorgos-gateway"}
FLOW, CRANES = "flows.westbound.per_day", "stages.front.cranes"


def sweep(design, subject=KHORGOS, **more):
    return run_study("sweep", {"subject": subject, "design": design, **more}, workers=1)


def test_a_grid_gives_the_rows_of_analyze():
    outcome = sweep({"kind": "grid", "values": {"flow.per_day": [9, 11], CRANES: "3..4"}})
    plain = hubcalc.analyze(
        "khorgos-gateway",
        {"flow.per_day": [9, 11], CRANES: [3, 4]},
        metrics=[column.name for column in outcome.source.described if column.name in hubcalc.METRIC_NAMES],
        method="fast",
    ).to_rows()
    rows = outcome.to_rows()
    assert [(row["row"], row[FLOW], row[CRANES]) for row in rows] == [(0, 9, 3), (1, 9, 4), (2, 11, 3), (3, 11, 4)]
    for row, expected in zip(rows, plain, strict=True):
        for name, value in expected.items():
            if name in row and isinstance(value, float):
                assert row[name] == pytest.approx(value, rel=1e-12)
            elif name in row:
                assert row[name] == value


def test_units_of_columns_are_those_of_the_document():
    outcome = sweep({"kind": "grid", "values": {CRANES: [3]}}, fields=["practical_capacity_per_day", "bottleneck"])
    units = {column.name: column.unit for column in outcome.result.columns}
    assert units[CRANES] == "cranes"
    assert units["practical_capacity_per_day"] == "trains/day"
    assert units["bottleneck"] == ""


def test_bad_rows_say_why_and_the_others_are_answered():
    rows = [{"flow.per_day": 9}, {CRANES: 0}, {"flow.per_day": "many"}, {}]
    outcome = sweep({"kind": "list", "rows": rows}, fields=["utilization"])
    assert [row["status"] for row in outcome.to_rows()] == ["ok", "invalid", "invalid", "ok"]
    assert [row["utilization"] is None for row in outcome.to_rows()] == [False, True, True, False]
    assert outcome.result.statuses == {"ok": 2, "invalid": 2}
    assert [item["row"] for item in outcome.result.first_invalid] == [1, 2]
    assert outcome.result.warnings[0].code == "invalid_rows"


def test_rows_without_a_steady_state_are_told_apart():
    outcome = sweep({"kind": "grid", "values": {"flow.per_day": [10, 40]}}, fields=["wait_mean_hours", "utilization"])
    assert [row["status"] for row in outcome.to_rows()] == ["ok", "unstable"]
    assert outcome.to_rows()[1]["wait_mean_hours"] is None
    assert outcome.to_rows()[1]["utilization"] > 1


def test_a_table_as_spreadsheets_write_it():
    text = "\ufeffflow.per_day [trains/day];stages.front.cranes\r\n10,5;4\r\n;3\r\n\r\n"
    rows = sweep({"kind": "csv", "text": text}, fields=["utilization"]).to_rows()
    assert [(row[FLOW], row[CRANES]) for row in rows] == [(10.5, 4), (11, 3)]  # 11 a day stand in the document


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("flow.per_day", "at least one row"),
        ("flow.per_day,flow.per_day\n1,2", "above two columns"),
        ("flow.per_day,,stages.front.cranes\n1,2,3", "without a path"),
        ("flow.per_day\n1,2", "row 2 has more cells"),
        ("flow.per_dya\n1", "no such path"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_whole(text, said):
    with pytest.raises(OverrideError, match=said):
        sweep({"kind": "csv", "text": text})


def test_random_rows_follow_their_law():
    law = {"law": "triangular", "low": 8.0, "mode": 10.0, "high": 13.0}
    values = {}
    for kind in ("random", "sobol", "latin_hypercube"):
        design = {"kind": kind, "rows": 2048, "inputs": {"flow.per_day": law}}
        values[kind] = np.array([row[FLOW] for row in sweep(design, fields=["utilization"]).to_rows()])
    expected = Triangular(8.0, 10.0, 13.0)
    standard_error = expected.sd / np.sqrt(2048)
    assert abs(values["random"].mean() - expected.mean) < 4 * standard_error
    for kind in ("sobol", "latin_hypercube"):  # evenly spread: closer than independent draws can be expected to be
        assert abs(values[kind].mean() - expected.mean) < standard_error / 4
        below = (values[kind] <= expected.quantile(0.25)).mean()
        assert below == pytest.approx(0.25, abs=0.01)


def test_the_seed_decides_the_random_rows():
    design = {"kind": "sobol", "rows": 8, "inputs": {"flow.per_day": {"law": "uniform", "low": 8, "high": 12}}}
    one, same, other = (sweep(design, fields=["utilization"], seed=seed).to_rows() for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_whole_numbers_are_drawn_whole_and_within_bounds():
    design = {"kind": "random", "rows": 512, "inputs": {CRANES: {"law": "normal", "mean": 1.0, "sd": 2.0}}}
    drawn = [row[CRANES] for row in sweep(design, fields=["utilization"]).to_rows()]
    assert all(value == int(value) >= 1 for value in drawn)


def test_the_summary_is_that_of_the_rows():
    outcome = sweep({"kind": "grid", "values": {"flow.per_day": "8..14:0.25"}}, fields=["wait_mean_hours"])
    waits = [row["wait_mean_hours"] for row in outcome.to_rows()]
    known = [wait for wait in waits if wait is not None]
    summary = next(item for item in outcome.result.summaries if item.name == "wait_mean_hours")
    assert summary.rows_with_value == len(known)
    assert (summary.least, summary.greatest) == (min(known), max(known))
    assert summary.mean == pytest.approx(np.mean(known), rel=1e-12)
    assert (summary.least_row, summary.greatest_row) == (waits.index(min(known)), waits.index(max(known)))


class WithScenario(Fixtures):
    """The fixtures, and a scenario over another."""

    def scenario(self, scenario_id):
        base = {"kind": "scenario", "name": "x", "subject": KHORGOS}
        own = {
            "more": {"overrides": {CRANES: 4, "flow.per_day": 12}},
            "most": {"base": "more", "overrides": {CRANES: 5}},
            "many": {"overrides": {CRANES: [4, 5]}},
        }
        return SCENARIO.validate_python({**base, "id": scenario_id, **own[scenario_id]})


def test_a_scenario_and_its_base_hold_in_all_rows():
    design = {"kind": "grid", "values": {"stages.yard.dwell_hours": [48, 72]}}
    asked = {"scenario": "most", "design": design, "fields": ["wait_mean_hours"]}
    outcome = run_study("sweep", asked, documents=WithScenario(), workers=1)
    assert outcome.result.subject.overrides == {CRANES: 5, FLOW: 12}
    metric = hubcalc.analyze("khorgos-gateway", {CRANES: 5, "flow.per_day": 12}, method="fast").metric(
        "wait_mean_hours"
    )
    assert outcome.to_rows()[0]["wait_mean_hours"] == pytest.approx(metric.value, rel=1e-12)
    with pytest.raises(OverrideError, match="several values"):
        run_study("sweep", {**asked, "scenario": "many"}, documents=WithScenario(), workers=1)
    with pytest.raises(ParameterError, match="changes something else"):
        run_study("sweep", {**asked, "subject": {"kind": "hub", "id": "xian"}}, documents=WithScenario(), workers=1)


def test_a_line_and_a_corridor_are_swept_like_a_hub():
    line = sweep({"kind": "grid", "values": {"flow.per_day": [5, 10]}}, {"kind": "line", "id": "dostyk-moiynty"})
    assert line.result.statuses == {"ok": 2}
    path = "lines.kuryk-baku-ferry.targets.wait_hours"
    wide = sweep({"kind": "grid", "values": {"demand.value_of_time_usd_per_hour": [0, 50], path: [2]}}, MIDDLE)
    assert [row["status"] for row in wide.to_rows()] == ["ok", "ok"]
    assert {column.name for column in wide.result.columns} >= {"mean_hours", "p90_hours", "cost_usd"}


@pytest.mark.parametrize(
    ("request_", "error", "said"),
    [
        ({"subject": {"kind": "hub", "id": "khorgs"}}, NotFoundError, "khorgos"),
        ({}, DocumentError, "say what the study is about"),
        ({"subject": KHORGOS, "document": {}}, DocumentError, "not both"),
        ({"subject": KHORGOS, "fields": ["wait"]}, ParameterError, "no such metric"),
        ({"subject": KHORGOS, "scale": "nobody"}, ParameterError, "not a flow"),
        ({"subject": KHORGOS, "options": {"demand": "x"}}, ParameterError, "no options"),
        ({"subject": KHORGOS, "overrides": {"stages.front.crane": 3}}, hubcalc.HubcalcError, "cranes"),
        (
            {"subject": MIDDLE, "fields": ["utilization"]},
            ParameterError,
            "gives no",
        ),
        ({"subject": MIDDLE, "options": {"vai": []}}, ParameterError, "via"),
    ],
)
def test_requests_that_cannot_be_are_refused_before_the_work(request_, error, said):
    design = {"kind": "grid", "values": {"flow.per_day" if "corridor" not in str(request_) else "demand.per_day": [9]}}
    with pytest.raises(error, match=said):
        run_study("sweep", {**request_, "design": design}, workers=1)


def test_a_grid_points_to_the_path_that_is_not_there():
    with pytest.raises(OverrideError, match=r"did you mean stages\.front\.cranes"):
        sweep({"kind": "grid", "values": {"stages.front.crane": [2, 3]}})
    with pytest.raises(OverrideError, match="short and in its long form"):
        sweep({"kind": "grid", "values": {"flow.per_day": [9], FLOW: [10]}})
