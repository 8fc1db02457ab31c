"""GET /v1/queue and GET /v1/capacity: calculators that need no document."""

import csv
import io
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest

from hubcalc.calculators import CAPACITY, QUEUE, calculate
from hubcalc.queueing import berth_wait_table, erlang_c, mmc_wait_mean_hours, solve_ph_ph_c
from hubcalc.queueing.phase_type import PhaseType
from hubcalc.version import MODEL_VERSION
from hubmodels.paths import inputs

QUESTION = {"arrivals_per_hour": 60, "service_hours": 0.04, "servers": 3}
ASKED = "/v1/queue?" + urlencode(QUESTION)
CALLS = "/v1/capacity/berth?berths=2..4&service_hours=20&calls_per_year=500"


def rows(response):
    return list(csv.DictReader(io.StringIO(response.text)))


def test_a_queue_with_model_verdict_alternatives_and_elasticities(reader):
    report = reader.get(ASKED).json()
    (result,) = report["results"]
    wait = result["metrics"]["wait_mean_hours"]
    assert wait["value"] == pytest.approx(float(mmc_wait_mean_hours(60, 0.04, 3)), rel=1e-12)
    assert wait["unit"] == "h"
    assert wait["verdict"]["status"] == "exact"
    assert "M/M/3" in wait["verdict"]["method"]
    assert result["metrics"]["wait_probability"]["value"] == pytest.approx(float(erlang_c(3, 2.4)), rel=1e-12)
    assert len(result["alternatives"]) >= 3
    assert all(other["reason"] for other in result["alternatives"])
    found = {(e["metric"], e["input"]): e["value"] for e in result["elasticities"]}
    assert found["wait_mean_hours", "service_hours"] == pytest.approx(
        1 + found["wait_mean_hours", "arrivals_per_hour"], rel=1e-6
    )
    assert report["references"]
    assert report["model_version"] == MODEL_VERSION


def test_phase_types_are_chosen_by_their_laws(reader):
    answer = reader.get("/v1/queue?arrivals_per_hour=2&arrival=E2&service_hours=1&service=E2&servers=4").json()
    metric = answer["results"][0]["metrics"]["wait_mean_hours"]
    exact = solve_ph_ph_c(PhaseType.erlang(2, 0.5), PhaseType.erlang(2, 1.0), 4)
    assert metric["value"] == pytest.approx(float(exact.wait_mean_hours), rel=1e-10)
    assert metric["verdict"]["status"] == "exact"


def test_lists_and_ranges_give_rows_in_every_format(reader):
    table = rows(reader.get(f"{ASKED.replace('servers=3', 'servers=2..4')}&fields=wait_mean_hours&format=csv"))
    assert [row["servers [servers]"] for row in table] == ["2.0", "3.0", "4.0"]
    assert [row["verdict"] for row in table] == ["unstable", "exact", "exact"]
    assert table[0]["wait_mean_hours [h]"] == "inf"
    for format_ in ("tsv", "txt", "xml"):
        text = reader.get(f"{ASKED}&fields=wait_mean_hours&format={format_}").text
        assert "0.04314606741573032" in text
    xml = ElementTree.fromstring(reader.get(f"/v1/queue.xml?{urlencode(QUESTION)}&fields=wait_mean_hours").content)
    assert xml.find("question/wait_mean_hours").get("unit") == "h"


@pytest.mark.parametrize("view", ["alternatives", "elasticities", "inputs"])
def test_the_other_views(reader, view):
    table = rows(reader.get(f"/v1/queue.csv?{urlencode(QUESTION)}&view={view}"))
    assert len(table) > 3
    if view == "inputs":
        assert [row["input"] for row in table] == list(inputs(QUEUE.question))


def test_cells(reader):
    text = reader.get("/v1/queue/wait_mean_hours?" + urlencode(QUESTION)).text
    assert float(text) == pytest.approx(0.04314606741573032, rel=1e-12)
    assert reader.get("/v1/queue/wait_mean_hours?arrivals_per_hour=60&service_hours=0,04&servers=3").text == text
    assert reader.get("/v1/queue/wait_mean_hours?arrivals_per_hour=60&service_hours=1&servers=3").text == "inf"
    cell = reader.get("/v1/queue/wait_mean_hours.json?" + urlencode(QUESTION)).json()
    assert (cell["unit"], cell["metric"]) == ("h", "wait_mean_hours")
    table = rows(reader.get("/v1/queue/wait_mean_hours.csv?" + urlencode(QUESTION)))
    assert table == [{"wait_mean_hours [h]": text, "verdict": "exact"}]
    assert reader.get("/v1/queue/blocking_probability?" + urlencode(QUESTION)).status_code == 422


def test_inverse_questions(reader):
    query = "arrivals_per_hour=60&service_hours=0.04&target_wait_hours=0.01"
    assert reader.get(f"/v1/queue/servers?{query}").text == "4"
    report = reader.get(f"/v1/queue?{query}").json()
    assert report["sought"] == {"input": "servers", "metric": "wait_mean_hours", "goal": "at most"}
    (result,) = report["results"]
    assert result["inputs"]["servers"] == 4
    again = reader.get(result["permalink"])
    assert again.headers["cache-control"].endswith("immutable")
    assert again.json()["results"][0]["metrics"] == result["metrics"]
    flow = reader.get("/v1/queue/arrivals_per_hour?service_hours=0.04&servers=3&target_wait_p95_hours=0.1").text
    quantile = reader.get(f"/v1/queue/wait_p95_hours?service_hours=0.04&servers=3&arrivals_per_hour={flow}").text
    assert float(quantile) == pytest.approx(0.1, rel=1e-6)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("arrivals_per_hour=60&service_hours=0.04", "servers"),
        ("arrivals_per_hour=60&service_hours=0.04&servrs=3", "did you mean servers"),
        ("arrivals_per_hour=60&service_hours=-1&servers=3", "above 0"),
        ("arrivals_per_hour=abc&service_hours=1&servers=3", "not a number"),
        ("arrivals_per_hour=60&service_hours=1&servers=3&arrival=Z", "not one of the choices"),
        ("arrivals_per_hour=60&service_hours=0.04&servers=3&target_wait_mean_hours=1", "what shall be looked for"),
        ("service_hours=0.04&target_wait_mean_hours=1", "2 inputs are left out"),
        ("arrivals_per_hour=60&service_hours=0.04&target_wait_men_hours=1", "did you mean target_wait_mean_hours"),
        ("arrivals_per_hour=60&service_hours=1&solve_for=servers&target_wait_mean_hours=-1", "above 0"),
        ("arrivals_per_hour=60&service_hours=1&servers=3&fields=nothing", "no such metric"),
        ("arrivals_per_hour=60&service_hours=1&servers=3&model_version=1999.9", "no longer computed"),
        ("arrivals_per_hour=1..5000&service_hours=1&servers=3", "too many scenarios"),
        ("arrivals_per_hour=60&service_hours=1&servers=3&view=alternatives", "leave it out"),
    ],
)
def test_bad_questions_are_told_what_is_wrong(reader, query, said):
    problem = reader.get(f"/v1/queue?{query}").json()
    assert said in problem["detail"] + str(problem["errors"])


def test_the_list_of_kinds(reader):
    notes = {note["name"]: note for note in reader.get("/v1/capacity").json()["items"]}
    assert list(notes) == list(CAPACITY)
    assert notes["berth"]["inputs"]["berths"]["required"]
    assert [row["kind"] for row in rows(reader.get("/v1/capacity.csv"))] == list(CAPACITY)
    assert reader.get("/v1/capacity/berth?view=inputs").json() == notes["berth"]


@pytest.mark.parametrize("kind", CAPACITY)
def test_each_kind_lists_its_inputs(reader, kind):
    table = rows(reader.get(f"/v1/capacity/{kind}.csv?view=inputs"))
    assert [row["input"] for row in table] == list(inputs(CAPACITY[kind].question))


def test_a_capacity(reader):
    report = reader.get(CALLS).json()
    direct = calculate(CAPACITY["berth"], {"berths": [2, 3, 4], "service_hours": 20, "calls_per_year": 500}).report
    assert [r["metrics"]["wait_ratio"]["value"] for r in report["results"]] == [
        r.metrics["wait_ratio"].value for r in direct.results
    ]
    load = report["results"][2]["metrics"]["utilization"]["value"]
    exact = float(berth_wait_table(0.5, 4, load)[0, 0])
    assert report["results"][2]["metrics"]["wait_ratio"]["value"] == pytest.approx(exact, rel=1e-9)
    assert reader.get("/v1/capacity/bert?berths=2").json()["errors"][0]["hint"] == "did you mean berth?"
    cell = reader.get("/v1/capacity/berth/berths?service_hours=20&calls_per_year=500&target_wait_ratio=0.1").text
    assert cell.isdecimal()


def test_caching(reader):
    first = reader.get(ASKED)
    assert reader.get(ASKED, headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    assert reader.get(f"{ASKED}&hours=1").headers["etag"] != first.headers["etag"]
    assert reader.head(ASKED).headers["etag"] == first.headers["etag"]


def test_inputs_are_in_the_openapi_document(checker):
    parameters = {p["name"]: p for p in checker.document["paths"]["/v1/queue"]["get"]["parameters"]}
    assert set(inputs(QUEUE.question)) <= set(parameters)
    assert "[1/h]" in parameters["arrivals_per_hour"]["description"]
    assert "target_wait_mean_hours" in parameters
