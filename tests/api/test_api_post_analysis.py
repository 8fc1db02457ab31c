"""POST /v1/analysis: a document or an id in the body, with lists and ranges."""

import pytest

KHORGOS = "/v1/hubs/khorgos-gateway"
CRANES = "stages.front.cranes"


def values(scenario):
    return {name: metric["value"] for name, metric in scenario["metrics"].items()}


def test_a_document(reader, xian):
    posted = reader.post("/v1/analysis", json={"hub": xian, "method": "fast"}).json()
    stored = reader.get("/v1/hubs/xian/analysis?method=fast").json()
    assert posted["hub"]["version"] is None
    assert posted["results"][0]["permalink"] is None
    assert values(posted["results"][0]) == values(stored["results"][0])


def test_a_document_is_not_stored(writer, xian):
    assert writer.post("/v1/analysis", json={"hub": {**xian, "id": "new-port"}, "method": "fast"}).status_code == 200
    assert writer.get("/v1/hubs/new-port").status_code == 404


def test_an_id(reader, analyzed):
    body = {
        "hub": "khorgos-gateway",
        "overrides": {CRANES: [2, 3], "flow.per_day": 12},
        "fields": ["wait_mean_hours"],
        "method": "fast",
    }
    report = reader.post("/v1/analysis", json=body).json()
    assert report["results"] == analyzed(f"{CRANES}=2,3&flow.per_day=12&fields=wait_mean_hours&method=fast")


def test_fields_and_scale(reader, analyzed):
    body = {"hub": "khorgos-gateway", "fields": ["theoretical_capacity_per_day"], "scale": "trucks"}
    report = reader.post("/v1/analysis", json=body).json()
    assert report["results"] == analyzed("scale=trucks&fields=theoretical_capacity_per_day")


def test_a_table(reader):
    body = {"hub": "khorgos-gateway", "overrides": {CRANES: [2, 3]}, "fields": ["wait_mean_hours"]}
    expected = reader.get(f"{KHORGOS}/analysis.csv?{CRANES}=2,3&fields=wait_mean_hours").text
    assert reader.post("/v1/analysis.csv", json=body).text == expected
    assert reader.post("/v1/analysis?format=csv&view=metrics", json=body).text == expected


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({}, 422, "/hub"),
        ({"hub": 3}, 422, "/hub"),
        ({"hub": None}, 422, "/hub"),
        ({"hub": ["xian"]}, 422, "/hub"),
        ({"hub": "xian", "zzz": 1}, 422, "/zzz"),
        ({"hub": "xian", "overrides": [1]}, 422, "/overrides"),
        ({"hub": "xian", "fields": "utilization"}, 422, "/fields"),
        ({"hub": "xian", "fields": [3]}, 422, "/fields/0"),
        ({"hub": "xian", "scale": 3}, 422, "/scale"),
        ({"hub": {"kind": "dry_port"}}, 422, "/hub/id"),
        ({"hub": {}}, 422, "/hub/kind"),
        ([], 422, ""),
        ("xian", 422, ""),
    ],
)
def test_what_is_wrong_is_pointed_at(reader, body, status, pointer):
    response = reader.post("/v1/analysis", json=body)
    assert (response.status_code, response.json()["code"]) == (status, "invalid_document")
    assert response.json()["errors"][0]["pointer"] == pointer


def test_pointers_lead_into_the_whole_body(reader, xian):
    front = next(iter(xian["stages"]))
    xian["stages"][front]["zzz"] = 1
    response = reader.post("/v1/analysis", json={"hub": xian})
    assert [error["pointer"] for error in response.json()["errors"]] == [f"/hub/stages/{front}/zzz"]


def test_an_unknown_id_is_not_found(reader):
    response = reader.post("/v1/analysis", json={"hub": "xiann"})
    assert (response.status_code, response.json()["errors"][0]["hint"]) == (404, "did you mean xian?")


@pytest.mark.parametrize(
    "value",
    [None, True, "x", "nan", {}, {"a": [1]}, [[1]], [None], 10**400, -1, 1e308, [3, "x"], ["3..5"], ""],
)
def test_values_that_are_no_numbers(reader, value):
    response = reader.post("/v1/analysis", json={"hub": "xian", "overrides": {"flow.per_day": value}})
    assert (response.status_code, response.json()["code"]) == (422, "invalid_override")
    assert response.json()["errors"][0]["allowed"]


@pytest.mark.parametrize("given", ["3..5", "3,4,5", [3, 4, 5], ["3", "4", "5"]])
def test_lists_and_ranges_as_texts(reader, given):
    body = {"hub": "xian", "overrides": {"flow.per_day": given}, "fields": ["throughput_per_day"], "method": "fast"}
    results = reader.post("/v1/analysis", json=body).json()["results"]
    assert [result["metrics"]["throughput_per_day"]["value"] for result in results] == pytest.approx([3, 4, 5])


@pytest.mark.parametrize("suffix", ["json", "csv"])
def test_an_empty_list_is_an_error(reader, suffix):
    body = {"hub": "xian", "overrides": {"flow.per_day": []}}
    assert reader.post(f"/v1/analysis.{suffix}", json=body).status_code == 422


def test_the_same_question_has_the_same_etag(reader):
    body = {"hub": "khorgos-gateway", "overrides": {CRANES: 4}, "fields": ["wait_mean_hours"]}
    first, second = (reader.post("/v1/analysis", json=body) for _ in range(2))
    assert first.headers["etag"] == second.headers["etag"]
    assert first.content == second.content
