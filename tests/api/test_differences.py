"""GET /v1/scenarios/{id}/diff: scenarios side by side."""

import csv
import io

import pytest

from hubcalc.answers.diff import scenario_diff
from hubcalc.store import Store, StoreDocuments

BASE = {
    "kind": "scenario",
    "id": "more-trains",
    "name": "More trains",
    "subject": {"kind": "hub", "id": "khorgos-gateway"},
    "overrides": {"flow.per_day": 13},
}
HIGH = {**BASE, "id": "more-cranes", "base": "more-trains", "overrides": {"stages.front.cranes": 4}}
DIFF = "/v1/scenarios/more-cranes/diff"
FIELDS = "fields=throughput_per_day,practical_capacity_per_day,bottleneck"


@pytest.fixture
def client(writer):
    for document in (BASE, HIGH):
        assert writer.put(f"/v1/scenarios/{document['id']}", json=document).status_code == 201
    return writer


def code(response):
    return response.status_code, response.json()["code"]


def rows(response):
    assert response.status_code == 200, response.text
    return list(csv.DictReader(io.StringIO(response.text)))


def test_it_is_that_of_the_function_and_as_documented(client, checker):
    before = checker.checked
    found = client.get(f"{DIFF}?{FIELDS}")
    assert found.status_code == 200, found.text
    assert checker.checked == before + 1
    with Store.open(client.app.state.settings.database) as store:
        fields = ["throughput_per_day", "practical_capacity_per_day", "bottleneck"]
        expected = scenario_diff("more-cranes", fields=fields, documents=StoreDocuments(store))
    assert found.json() == expected.model_dump(mode="json")
    assert found.json()["documents"] == {"more-cranes": 1, "more-trains": 1, "khorgos-gateway": 1}
    assert [side["version"] for side in found.json()["sides"]] == [1, 1]


def test_tables(client):
    results = rows(client.get(f"{DIFF}.csv?{FIELDS}"))
    assert [row["result"] for row in results] == ["throughput_per_day", "practical_capacity_per_day", "bottleneck"]
    assert float(results[0]["difference_more-cranes"]) == 0
    (row,) = rows(client.get(f"{DIFF}.csv?{FIELDS}&view=inputs"))
    assert (row["path"], row["value_more-trains"], row["value_more-cranes"]) == ("stages.front.cranes", "3", "4")
    assert (row["stated_by_more-trains"], row["stated_by_more-cranes"]) == ("", "more-cranes")
    effects = rows(client.get(f"{DIFF}.csv?{FIELDS}&view=effects"))
    assert [row["effect"] for row in effects] == ["input", "interaction", "total"]
    for suffix in ("tsv", "txt", "xml"):
        assert client.get(f"{DIFF}.{suffix}?{FIELDS}").status_code == 200


def test_which_stand_beside(client):
    def sides(query):
        return [side["id"] for side in client.get(f"{DIFF}?{FIELDS}{query}").json()["sides"]]

    assert sides("") == ["more-trains", "more-cranes"]
    assert sides("&with=khorgos-gateway") == ["khorgos-gateway", "more-cranes"]
    assert sides("&with=khorgos-gateway,more-trains") == ["khorgos-gateway", "more-trains", "more-cranes"]
    assert sides("&with=more-cranes,khorgos-gateway") == ["more-cranes", "khorgos-gateway"]


def test_it_changes_with_each_document_that_it_rests_on(client):
    first = client.get(f"{DIFF}?{FIELDS}")
    known = {"If-None-Match": first.headers["etag"]}
    assert client.get(f"{DIFF}?{FIELDS}", headers=known).status_code == 304
    changed = {**BASE, "overrides": {"flow.per_day": 14}}
    assert client.put("/v1/scenarios/more-trains", json=changed, headers={"If-Match": '"1"'}).status_code == 200
    second = client.get(f"{DIFF}?{FIELDS}", headers=known)
    assert second.status_code == 200
    assert second.json()["results"][0]["sides"][0]["value"] == 14
    assert client.get(f"{DIFF}?{FIELDS}&version=2").status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?with=xian", (404, "not_found")),
        ("?with=nobody", (404, "not_found")),
        ("?with=more-trains,more-trains", (422, "invalid_parameter")),
        ("?fields=wait", (422, "invalid_parameter")),
        ("?method=guess", (422, "invalid_parameter")),
        ("?view=inputs", (422, "invalid_parameter")),
        (".csv?view=stations", (422, "invalid_parameter")),
        ("?flow.per_day=3", (422, "invalid_parameter")),
        ("?model_version=2020.1", (409, "model_version_changed")),
    ],
)
def test_what_cannot_be_asked(client, query, expected):
    assert code(client.get(DIFF + query)) == expected
    assert code(client.get("/v1/scenarios/nobody/diff")) == (404, "not_found")
    assert code(client.get("/v1/scenarios/khorgos-gateway/diff")) == (404, "not_found")


@pytest.mark.parametrize("given", ["more-trains,more-trains", "other", ",".join(f"s{i}" for i in range(11))])
def test_problems_name_the_parameter_as_it_is_called(client, given):
    other = {**BASE, "id": "other", "subject": {"kind": "hub", "id": "xian"}}
    assert client.put("/v1/scenarios/other", json=other).status_code == 201
    (problem,) = client.get(f"{DIFF}?with={given}").json()["errors"]
    assert problem["parameter"] == "with"


def test_several_values_are_refused(client):
    many = {**BASE, "id": "many", "overrides": {"flow.per_day": [12, 13]}}
    assert client.put("/v1/scenarios/many", json=many).status_code == 201
    response = client.get("/v1/scenarios/many/diff")
    assert code(response) == (422, "invalid_override")
    assert "hubcalc ask many" in response.json()["errors"][0]["hint"]


def test_a_corridor_with_several_values(networks, checker):
    before = checker.checked
    assert code(networks.get("/v1/scenarios/steppe-loop-shut/diff")) == (422, "invalid_override")
    assert checker.checked == before + 1


class TestAnalysisOfAScenario:
    ANALYSIS = "/v1/hubs/khorgos-gateway/analysis"

    def results(self, client, query):
        response = client.get(f"{self.ANALYSIS}?{FIELDS}&{query}")
        assert response.status_code == 200, response.text
        return response.json()["results"]

    def test_its_overrides_come_first(self, client):
        (found,) = self.results(client, "scenario=more-cranes")
        assert found["overrides"] == {"flows.westbound.per_day": 13, "stages.front.cranes": 4}
        (plain,) = self.results(client, "flow.per_day=13&stages.front.cranes=4")
        assert found["metrics"] == plain["metrics"]
        assert found["permalink"] == plain["permalink"]

    def test_those_of_the_caller_win(self, client):
        found = self.results(client, "scenario=more-cranes&flow.per_day=9,10")
        assert [item["overrides"] for item in found] == [
            {"stages.front.cranes": 4, "flows.westbound.per_day": 9},
            {"stages.front.cranes": 4, "flows.westbound.per_day": 10},
        ]

    @pytest.mark.slow
    def test_the_answer_changes_with_the_scenario(self, client):
        address = f"{self.ANALYSIS}?{FIELDS}&scenario=more-cranes&version=1"
        first = client.get(address)
        known = {"If-None-Match": first.headers["etag"]}
        assert client.get(address, headers=known).status_code == 304
        changed = {**BASE, "overrides": {"flow.per_day": 14}}
        assert client.put("/v1/scenarios/more-trains", json=changed, headers={"If-Match": '"1"'}).status_code == 200
        assert client.get(address, headers=known).status_code == 200

    def test_it_is_no_permalink(self, client):
        info = client.get("/v1/info").json()
        query = f"{FIELDS}&version=1&model_version={info['model_version']}"
        assert "immutable" in client.get(f"{self.ANALYSIS}?{query}").headers["cache-control"]
        response = client.get(f"{self.ANALYSIS}?{query}&scenario=more-cranes")
        assert response.headers["cache-control"] == "no-cache"

    def test_one_of_another_document_is_refused(self, client):
        response = client.get("/v1/hubs/xian/analysis?scenario=more-cranes")
        assert code(response) == (422, "invalid_parameter")
        assert response.json()["errors"][0]["allowed"] == "a scenario of hub xian"
        assert code(client.get(f"{self.ANALYSIS}?scenario=nobody")) == (404, "not_found")
