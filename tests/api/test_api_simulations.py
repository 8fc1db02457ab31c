"""POST /v1/simulations: more simulation than a GET allows, within a budget of events."""

import csv
import io
import threading
from xml.etree import ElementTree

import pytest

import hubfixtures
from hubcalc import simulate
from hubcalc.api import simulations
from hubcalc.version import MODEL_VERSION
from hubmodels.simulation_results import SimulationReport

URL = "/v1/simulations"
QUICK = {"hub": "khorgos-gateway", "precision": 0.1, "most_events": 2_000_000, "seed": 3}


def rows(response):
    return list(csv.DictReader(io.StringIO(response.text)))


@pytest.fixture(scope="module")
def answered(reader):
    response = reader.post(URL, json={**QUICK, "trace": 40})
    assert response.status_code == 200, response.text
    return SimulationReport.model_validate_json(response.content)


def test_metrics_have_intervals_and_say_that_they_were_simulated(answered):
    assert answered.run.status == "steady"
    dwell = answered.metrics["dwell_mean_hours"]
    assert dwell.verdict.status == "simulated"
    assert dwell.low < dwell.value < dwell.high
    arriving = hubfixtures.load("khorgos-gateway").main.per_day
    flow = answered.metrics["throughput_per_day"]
    assert abs(flow.value - arriving) < 2 * (flow.high - flow.value)
    assert dwell.verdict.expected_error == pytest.approx((dwell.high - dwell.value) / dwell.value)


def test_what_it_took_and_rests_on(answered):
    run = answered.run
    assert 0 < run.events <= QUICK["most_events"]
    assert run.replications >= 1
    assert run.hours > 0
    assert answered.model_version == MODEL_VERSION
    assert (answered.hub.id, answered.hub.version) == ("khorgos-gateway", 1)
    assert answered.inputs.seed == 3
    assert sum(answered.evidence.values()) > 20
    assert [station.stage for station in answered.stations] == list(hubfixtures.load("khorgos-gateway").stages)
    assert [flow.flow for flow in answered.flows] == list(hubfixtures.load("khorgos-gateway").flows)


def test_times_add_up(answered):
    for result in (*answered.flows, *answered.stations):
        *parts, dwell = (interval.value for _, interval in result.time_split)
        assert sum(parts) == pytest.approx(dwell, rel=1e-9, abs=1e-12)
    main = answered.flows[0].time_split.dwell_hours.value
    assert main == pytest.approx(answered.metrics["dwell_mean_hours"].value, rel=1e-12)


def test_the_trace_lists_events_in_order(answered):
    assert len(answered.trace) == 40
    hours = [row.hours for row in answered.trace]
    assert hours == sorted(hours)
    assert answered.trace[0].event == "arrive"
    assert {row.flow for row in answered.trace} <= set(hubfixtures.load("khorgos-gateway").flows)


def test_the_inputs_repeat_it_to_the_last_digit(reader, answered):
    again = reader.post(URL, json={"hub": "khorgos-gateway", **answered.inputs.model_dump(exclude_none=True)})
    assert again.json() == answered.model_dump(mode="json")


def test_it_is_the_same_in_process(answered):
    here = simulate("khorgos-gateway", precision=0.1, most_events=2_000_000, seed=3, trace=40)
    assert here.metrics == answered.metrics
    assert here.stations == answered.stations
    assert here.trace == answered.trace


def test_another_seed_gives_other_numbers_within_the_intervals(reader, answered):
    other = SimulationReport.model_validate_json(reader.post(URL, json={**QUICK, "seed": 4}).content)
    one, two = (report.metrics["dwell_mean_hours"] for report in (answered, other))
    assert one.value != two.value
    assert abs(one.value - two.value) < 2.5 * (one.high - one.value + two.high - two.value)


def test_overrides(reader):
    asked = {**QUICK, "overrides": {"flow.per_day": 5, "stages.front.cranes": "4"}}
    report = reader.post(URL, json=asked).json()
    assert report["inputs"]["overrides"] == {"flows.westbound.per_day": 5, "stages.front.cranes": 4}
    flow = report["metrics"]["throughput_per_day"]
    assert flow["low"] <= 5.2
    assert flow["high"] >= 4.8
    assert report["evidence"]["override"] == 2


def test_without_steady_state_there_are_no_means(reader):
    report = reader.post(URL, json={**QUICK, "overrides": {"stages.front.cranes": 1, "flow.per_day": 40}}).json()
    assert report["run"]["status"] == "growing"
    assert report["metrics"]["dwell_mean_hours"]["value"] is None
    assert report["metrics"]["dwell_mean_hours"]["verdict"]["status"] == "unstable"
    assert report["run"]["growth_per_day"] > 1
    assert report["warnings"][0]["code"] == "simulation_growing"
    row = rows(reader.post(f"{URL}.csv", json={**QUICK, "overrides": {"flow.per_day": 40}}))[0]
    assert (row["value"], row["verdict"]) == ("inf", "unstable")


def test_runs_of_fixed_length(reader):
    asked = {"hub": "khorgos-gateway", "replications": 10, "hours": 2_000}
    report = reader.post(URL, json=asked).json()
    run = report["run"]
    assert (run["status"], run["replications"], run["precision_met"]) == ("steady", 10, True)
    assert 1_990 <= run["hours"] + run["warm_up_hours"] <= 2_200
    assert report["inputs"]["precision"] is None


def test_what_is_too_short_says_so(reader):
    report = reader.post(URL, json={"hub": "khorgos-gateway", "replications": 2, "hours": 20}).json()
    assert report["run"]["status"] in ("unsettled", "growing", "out_of_events")
    assert report["run"]["reason"]
    assert report["metrics"]["dwell_mean_hours"]["value"] is None
    assert report["metrics"]["dwell_mean_hours"]["verdict"]["status"] in ("refused", "unstable")
    assert (
        rows(reader.post(f"{URL}.csv?view=stations", json={"hub": "khorgos-gateway", "replications": 2, "hours": 20}))
        == []
    )


def test_a_precision_that_the_budget_does_not_allow_is_told(reader):
    report = reader.post(URL, json={**QUICK, "precision": 0.001}).json()
    assert not report["run"]["precision_met"]
    assert report["run"]["precision_reached"] > 0.001
    assert [advice["code"] for advice in report["warnings"]] == ["precision_not_reached"]


def test_a_document_that_is_not_stored(reader, xian):
    report = reader.post(URL, json={**QUICK, "hub": {**xian, "id": "elsewhere"}}).json()
    assert (report["hub"]["id"], report["hub"]["version"]) == ("elsewhere", None)


@pytest.mark.slow
def test_versions(writer):
    writer.patch("/v1/hubs/khorgos-gateway", json={"stages": {"front": {"cranes": 5}}}, headers={"If-Match": "*"})
    first, second = (writer.post(URL, json={**QUICK, "version": number}).json() for number in (1, 2))
    assert [report["hub"]["version"] for report in (first, second)] == [1, 2]
    assert first["metrics"] != second["metrics"]
    assert writer.post(URL, json={**QUICK, "version": 3}).status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize("view", ["metrics", "flows", "stations", "yards", "trace"])
def test_the_views_in_every_format(reader, answered, view):
    body = {**QUICK, "trace": 40}
    table = rows(reader.post(f"{URL}.csv?view={view}", json=body))
    assert len(table) == len(getattr(answered, view))
    assert len(reader.post(f"{URL}?view={view}&format=tsv", json=body).text.splitlines()) == len(table) + 1
    assert len(reader.post(f"{URL}.txt?view={view}", json=body).text.splitlines()) == len(table) + 1
    assert len(ElementTree.fromstring(reader.post(f"{URL}.xml?view={view}", json=body).content)) == len(table)


def test_the_table_of_metrics_holds_the_numbers(reader, answered):
    table = {row["metric"]: row for row in rows(reader.post(f"{URL}.csv", json=QUICK))}
    dwell = answered.metrics["dwell_mean_hours"]
    row = table["dwell_mean_hours"]
    assert [float(row[name]) for name in ("value", "low", "high")] == [dwell.value, dwell.low, dwell.high]
    assert (row["unit"], row["verdict"]) == ("h", "simulated")


BAD = [
    ({}, "/hub", "Field required"),
    ({"hub": 3}, "/hub", "neither a hub document nor the id"),
    ({"hub": "xian", "precision": 0}, "/precision", "greater than or equal to 0.0005"),
    ({"hub": "xian", "precision": 0.6}, "/precision", "less than or equal to 0.5"),
    ({"hub": "xian", "precision": "fine"}, "/precision", "valid number"),
    ({"hub": "xian", "most_events": 1}, "/most_events", "greater than or equal to 10000"),
    ({"hub": "xian", "most_events": 10**9}, "/most_events", "less than or equal to 500000000"),
    ({"hub": "xian", "most_events": 2 * 10**8}, "/most_events", "a core at 2 million a second"),
    ({"hub": "xian", "seed": -1}, "/seed", "greater than or equal to 0"),
    ({"hub": "xian", "seed": 2**53}, "/seed", "less than or equal to"),
    ({"hub": "xian", "trace": 10_001}, "/trace", "less than or equal to 10000"),
    ({"hub": "xian", "replications": 3}, "/replications", "give both"),
    ({"hub": "xian", "hours": 3}, "/replications", "give both"),
    ({"hub": "xian", "hours": 3, "replications": 2, "precision": 0.1}, "/precision", "give one of them"),
    ({"hub": "xian", "hours": 0, "replications": 2}, "/hours", "greater than 0"),
    ({"hub": "xian", "sed": 3}, "/sed", "not permitted"),
    ({"hub": {"kind": "dry_port"}}, "/hub/id", "Field required"),
]


@pytest.mark.parametrize(("body", "pointer", "said"), BAD, ids=range(len(BAD)))
def test_what_cannot_be_is_named_with_what_is_allowed(reader, body, pointer, said):
    response = reader.post(URL, json=body)
    assert response.status_code == 422
    found = {error["pointer"]: str(error) for error in response.json()["errors"]}
    assert said in found[pointer]


@pytest.mark.parametrize(
    ("overrides", "code", "said"),
    [
        ({"stages.front.crane": 3}, "unknown_path", "did you mean stages.front.cranes?"),
        ({"stages.front.cranes": [3, 4]}, "invalid_parameter", "one value"),
        ({"stages.front.cranes": []}, "invalid_override", "one value or more"),
        ({"stages.front.cranes": "3..4"}, "invalid_override", "not a number"),
        ({"stages.front.cranes": "3,4"}, "invalid_override", "not a number"),
        ({"stages.front.cranes": 0}, "invalid_override", "from 1"),
        ({"stages.front.cranes": None}, "invalid_override", "number"),
        ({"stages.front.cranes": {"a": 1}}, "invalid_override", "not a number"),
    ],
)
def test_one_scenario_at_a_time(reader, overrides, code, said):
    response = reader.post(URL, json={**QUICK, "overrides": overrides})
    assert (response.status_code, response.json()["code"]) == (422, code)
    assert said in response.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?view=stations", "JSON has all views"),
        (".csv?view=nothing", "not one of"),
        ("?vew=trace", "did you mean view"),
    ],
)
def test_bad_parameters(reader, query, said):
    response = reader.post(f"{URL}{query}", json=QUICK)
    assert (response.status_code, response.json()["code"]) == (422, "invalid_parameter")
    assert said in response.text


def test_other_errors(reader, xian):
    assert reader.post(URL, json={"hub": "xain"}).json()["errors"][0]["hint"] == "did you mean xian?"
    assert reader.post(URL, content=b"{").status_code == 400
    assert reader.post(URL, content=b" " * (2 * 1024 * 1024 + 1)).status_code == 413
    assert reader.post(URL, json={"hub": xian, "version": 2}).json()["errors"][0]["pointer"] == "/version"
    assert reader.get(URL).status_code == 405


@pytest.mark.slow
def test_more_than_may_run_at_once_are_told_to_come_back(reader, monkeypatch):
    begun, end = threading.Event(), threading.Event()
    original = simulations.simulate_inputs

    def slow(*args, **kwargs):
        begun.set()
        assert end.wait(60)
        return original(*args, **kwargs)

    monkeypatch.setattr(simulations, "simulate_inputs", slow)
    monkeypatch.setattr(simulations, "_RUNNING", threading.BoundedSemaphore(1))
    statuses = []
    first = threading.Thread(target=lambda: statuses.append(reader.post(URL, json=QUICK).status_code))
    first.start()
    assert begun.wait(60)
    refused = reader.post(URL, json=QUICK)
    end.set()
    first.join()
    assert (refused.status_code, refused.json()["code"]) == (503, "busy")
    assert int(refused.headers["retry-after"]) >= 1
    assert statuses == [200]
    assert reader.post(URL, json=QUICK).status_code == 200
    assert reader.get("/errors/busy").status_code == 200


def test_a_fault_frees_its_place(reader, monkeypatch):
    monkeypatch.setattr(simulations, "_RUNNING", threading.BoundedSemaphore(1))
    for _ in range(3):
        assert reader.post(URL, json={**QUICK, "overrides": {"stages.front.cranes": 0}}).status_code == 422
