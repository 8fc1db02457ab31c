"""POST /v1/corridor-analysis: a corridor in the body; and networks that cannot be, whose errors name the place."""

import csv
import io
import json
from pathlib import Path

import pytest

from hubcalc.version import MODEL_VERSION

URL = "/v1/corridor-analysis"
LOOP = "/v1/corridors/steppe-loop"
DOCUMENTS = Path(__file__).parent.parent / "documents"


@pytest.fixture
def loop():
    """Give a corridor that may be changed."""
    return json.loads((DOCUMENTS / "steppe-loop.json").read_text(encoding="utf-8"))


@pytest.fixture
def line():
    """Give a line that may be changed."""
    return json.loads((DOCUMENTS / "steppe-line.json").read_text(encoding="utf-8"))


def code(response):
    return response.status_code, response.json()["code"]


def problem(response):
    assert response.status_code == 422, response.text
    (only,) = response.json()["errors"]
    return only


def test_a_stored_corridor(networks, checker):
    before = checker.checked
    asked = {"corridor": "steppe-loop", "what": "transit", "options": {"via": ["round"], "method": "fast"}}
    answer = networks.post(URL, json={**asked, "overrides": {"demand.per_day": [100, 200]}}).json()
    assert checker.checked == before + 1
    assert answer == networks.get(f"{LOOP}/transit?via=round&method=fast&demand.per_day=100,200").json()
    assert (answer["corridor"]["version"], answer["model_version"]) == (1, MODEL_VERSION)


def test_a_document_that_is_not_stored(networks, loop):
    loop.update(id="new-loop", name="New loop")
    loop["demands"]["boxes"]["per_day"] = 5000
    answer = networks.post(URL, json={"corridor": loop, "what": "flow", "options": {"method": "fast"}}).json()
    stored = networks.get(f"{LOOP}/flow?demand.per_day=5000&method=fast").json()
    assert answer["corridor"]["version"] is None
    assert answer["corridor"]["documents"] == stored["corridor"]["documents"]
    assert {**answer["results"][0], "overrides": {}} == {**stored["results"][0], "overrides": {}}


def test_tables_and_pictures(networks, loop):
    body = {"corridor": loop, "what": "resilience", "overrides": {"demand.per_day": "100..300:100"}}
    response = networks.post(f"{URL}.csv?view=summary", json=body)
    table = list(csv.DictReader(io.StringIO(response.text)))
    assert [float(row["demands.boxes.per_day"]) for row in table] == [100, 200, 300]
    pytest.importorskip("vl_convert")
    response = networks.post(f"{URL}?format=svg", json={"corridor": loop, "what": "resilience"})
    assert response.content.startswith(b"<svg")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"what": "times"}, "/what"),
        ({"options": {"demand": "boxes"}}, "/options/demand"),
        ({"options": {"mthod": "fast"}}, "/options/mthod"),
        ({"corridor": 3}, "/corridor"),
        ({"corridor": {"kind": "corridor"}}, "/corridor/id"),
        ({"more": 1}, "/more"),
    ],
)
def test_bodies_that_cannot_be_read(networks, change, pointer):
    response = networks.post(URL, json={"corridor": "steppe-loop", "what": "flow", **change})
    assert response.status_code == 422
    assert pointer in [each["pointer"] for each in response.json()["errors"]]


def test_parameters_belong_into_the_body(networks):
    body = {"corridor": "steppe-loop", "what": "flow"}
    assert code(networks.post(f"{URL}?demand=boxes", json=body)) == (422, "invalid_parameter")
    assert code(networks.post(URL, json={**body, "overrides": {"flow.per_day": 3}})) == (422, "unknown_path")
    assert code(networks.post(URL, json={**body, "corridor": "steppe-lop"})) == (404, "not_found")


def test_an_unknown_hub(networks, loop):
    loop["nodes"]["border"]["hub"] = "khorgos-gatewy"
    found = problem(networks.post(URL, json={"corridor": loop, "what": "flow"}))
    assert (found["pointer"], found["given"]) == ("/corridor/nodes/border/hub", "khorgos-gatewy")
    assert "khorgos-gateway" in found["hint"]


def test_an_unknown_line(networks, loop):
    loop["links"]["round"]["line"] = "steppe-bypas"
    found = problem(networks.post(URL, json={"corridor": loop, "what": "transit"}))
    assert found["pointer"] == "/corridor/links/round/line"
    assert "steppe-bypass" in found["hint"]


def test_an_unknown_flow(networks, loop):
    loop["links"]["back"]["enters"] = "eastboun"
    found = problem(networks.post(URL, json={"corridor": loop, "what": "flow"}))
    assert found["pointer"] == "/corridor/links/back/enters"
    assert "eastbound" in found["hint"]


@pytest.mark.parametrize("what", ["transit", "flow", "equilibrium", "resilience", "tcd", "emissions"])
def test_a_demand_without_a_way(networks, loop, what):
    loop["nodes"]["island"] = {}
    loop["demands"]["boxes"]["destination"] = "island"
    found = problem(networks.post(URL, json={"corridor": loop, "what": what}))
    assert found["pointer"] == "/corridor/demands/boxes/destination"
    assert found["given"] == "island"
    assert "west" in found["allowed"]


def test_units_that_do_not_fit(networks, loop):
    loop["demands"]["boxes"]["unit"] = "passenger"
    found = problem(networks.post(URL, json={"corridor": loop, "what": "flow"}))
    assert (found["pointer"], found["given"]) == ("/corridor/demands/boxes/unit", "passenger")
    assert "links.straight" in found["message"]


def test_a_cycle_that_pays(serve, line, networks):
    """Nothing that costs is below zero, so that no way round pays: the line's document says so."""
    line.update(id="paid-line", prices={"teu": {"usd": -500}})
    with serve() as client:
        found = problem(client.put("/v1/lines/paid-line", json=line))
        assert (found["pointer"], found["given"]) == ("/prices/teu/usd", -500)
    path = "lines.steppe-line.prices.teu.usd"
    found = problem(networks.get(f"{LOOP}/flow?{path}=-500"))
    assert (found["parameter"], found["given"]) == (path, "-500")
    found = problem(networks.get(f"{LOOP}/flow?demand.value_of_time_usd_per_hour=-1"))
    assert found["parameter"] == "demands.boxes.value_of_time_usd_per_hour"


def test_gauges_that_do_not_meet(serve, line, loop):
    with serve() as client:
        wide = {**line, "id": "narrow-line", "gauges_mm": [1435]}
        assert client.put("/v1/lines/narrow-line", json=wide).status_code == 201
        loop["links"]["round"]["line"] = "narrow-line"
        response = client.post(URL, json={"corridor": loop, "what": "flow"})
        assert response.status_code == 422
        pointers = {each["pointer"]: each for each in response.json()["errors"]}
        assert "/corridor/nodes/west" in pointers
        assert "1435 mm (links.round)" in pointers["/corridor/nodes/west"]["message"]
        assert "gauge" in pointers["/corridor/nodes/west"]["hint"]


def test_a_document_that_was_deleted(serve):
    with serve() as client:
        assert client.delete("/v1/lines/steppe-line", headers={"If-Match": '"1"'}).status_code == 204
        response = client.get("/v1/corridors/steppe-corridor/flow")
        assert code(response) == (422, "invalid_document")
        assert {each["pointer"] for each in response.json()["errors"]} == {"/links/out/line", "/links/back/line"}
