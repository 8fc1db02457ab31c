"""GET /v1/scenarios/{id}/answer and POST /v1/answers: what a scenario asks, answered."""

import csv
import io
import json
from pathlib import Path

import pytest

from hubcalc.answers import ask
from hubcalc.store import Store, StoreDocuments

ANSWER = "/v1/scenarios/steppe-loop-shut/answer"
DOCUMENTS = Path(__file__).parent.parent / "documents"
USED = {"steppe-loop": 1, "khorgos-gateway": 1, "steppe-line": 1, "steppe-bypass": 1}


def code(response):
    return response.status_code, response.json()["code"]


def scenario():
    return json.loads((DOCUMENTS / "steppe-loop-shut.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def answer(networks):
    response = networks.get(ANSWER)
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.slow
def test_the_answer_is_that_of_the_function(networks, answer):
    with Store.open(networks.app.state.settings.database) as store:
        expected = ask("steppe-loop-shut", documents=StoreDocuments(store)).model_dump(mode="json")
    assert answer["parts"] == expected["parts"]
    assert answer["evidence"] == expected["evidence"]


def test_it_names_versions(answer):
    assert answer["scenario"]["version"] == 1
    assert answer["scenario"]["documents"] == USED
    assert answer["scenario"]["question"] == "What if the straight line is shut?"
    assert [part["what"] for part in answer["parts"]] == ["resilience", "transit", "storms", "analysis"]


def test_it_is_as_documented(networks, checker):
    before = checker.checked
    assert networks.get(ANSWER + "?version=1").status_code == 200
    assert checker.checked == before + 1


def test_the_requests_that_it_names_can_be_made(networks, answer):
    for part in answer["parts"]:
        method, _, address = part["request"].partition(" ")
        assert method == "GET"
        response = networks.get(address)
        assert response.status_code == 200, (address, response.text)
        table = networks.get(address if ".csv" in address else address.replace("?", ".csv?"))
        assert table.status_code == 200, address


def test_a_table_shows_one_part(networks, answer):
    for number in (1, 4):
        part = answer["parts"][number - 1]
        table = list(csv.reader(io.StringIO(networks.get(f"{ANSWER}.csv?part={number}").text)))
        assert [name.partition(" [")[0] for name in table[0]] == [column["name"] for column in part["columns"]]
        assert len(table) == len(part["rows"]) + 1
    assert networks.get(f"{ANSWER}.csv").text == networks.get(f"{ANSWER}?part=1&format=csv").text
    for suffix in ("txt", "xml"):
        assert networks.get(f"{ANSWER}.{suffix}?part=4").status_code == 200


def test_json_of_one_part(networks, checker, answer):
    before = checker.checked
    found = networks.get(f"{ANSWER}?part=4").json()
    assert checker.checked == before + 1
    assert found["parts"] == answer["parts"][3:4]
    assert found["evidence"] == answer["evidence"]
    assert networks.post("/v1/answers?part=4", json=scenario()).json()["parts"] == found["parts"]


def test_a_picture_shows_one_part(networks, answer):
    pytest.importorskip("vl_convert")
    for number in (1, 4):
        part = answer["parts"][number - 1]
        response = networks.get(f"{ANSWER}.svg?part={number}")
        if part["chart"] is None:
            assert code(response) == (422, "refused")
        else:
            assert response.headers["content-type"] == "image/svg+xml"
            assert response.content.startswith(b"<svg")
    assert any(part["chart"] for part in answer["parts"])


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("?part=5", "part"), (".csv?part=5", "part"), (".csv?part=0", "part"), ("?parts=1", "parts"), ("?a.b=1", "a.b")],
)
def test_what_cannot_be_asked(networks, query, parameter):
    response = networks.get(ANSWER + query)
    assert code(response) == (422, "invalid_parameter")
    assert response.json()["errors"][0]["parameter"] == parameter


def test_what_is_not_there(networks):
    assert code(networks.get("/v1/scenarios/steppe-shut/answer")) == (404, "not_found")
    assert code(networks.get(f"{ANSWER}?version=2")) == (404, "not_found")
    assert code(networks.get(f"{ANSWER}?model_version=2020.1")) == (409, "model_version_changed")


def test_an_answer_changes_with_each_document_that_it_rests_on(serve):
    address = "/v1/scenarios/steppe-day-and-night/answer"
    with serve() as client:
        first = client.get(address)
        known = {"If-None-Match": first.headers["etag"]}
        assert client.get(address, headers=known).status_code == 304
        line = {**client.get("/v1/lines/steppe-line").json(), "summary": "Another one."}
        assert client.put("/v1/lines/steppe-line", json=line, headers={"If-Match": '"1"'}).status_code == 200
        second = client.get(address, headers=known)
        assert second.status_code == 200
        assert second.json()["scenario"]["documents"] == {"steppe-line": 2}


def test_a_scenario_in_the_body(networks, checker, answer):
    before = checker.checked
    posted = networks.post("/v1/answers", json={**scenario(), "id": "mine"}).json()
    assert checker.checked == before + 1
    assert posted["parts"] == answer["parts"]
    assert (posted["scenario"]["id"], posted["scenario"]["version"]) == ("mine", None)
    assert posted["scenario"]["documents"] == USED
    table = networks.post("/v1/answers.csv?part=4", json=scenario()).text
    assert table == networks.get(f"{ANSWER}.csv?part=4").text


def test_scenarios_that_cannot_be_answered(networks):
    silent = {**scenario(), "asks": []}
    assert code(networks.post("/v1/answers", json=silent)) == (422, "refused")
    assert code(networks.post("/v1/answers.csv", json=silent)) == (422, "refused")
    lost = {**scenario(), "subject": {"kind": "corridor", "id": "steppe-lop"}}
    assert code(networks.post("/v1/answers", json=lost)) == (404, "not_found")
    unread = networks.post("/v1/answers", json={**scenario(), "asks": [{"what": "transit", "demnd": "x"}]})
    assert code(unread) == (422, "invalid_document")
    assert unread.json()["errors"][0]["pointer"] == "/asks/0/demnd"
    wrong = networks.post("/v1/answers", json={**scenario(), "asks": [{"what": "transit", "demand": "box"}]})
    assert code(wrong) == (422, "invalid_parameter")
    assert "asks.0 (transit)" in wrong.json()["detail"]
