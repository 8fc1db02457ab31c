"""Lines, corridors and scenarios are served as hubs are, and lines are analyzed as hubs are."""

import csv
import io
import json
from pathlib import Path

import pytest

from hubcalc import analyze
from hubcalc.documents import parse_hub_or_line

DOCUMENTS = Path(__file__).parent.parent / "documents"
IDS = {"lines": "steppe-line", "corridors": "steppe-corridor", "scenarios": "steppe-day-and-night"}
ADDRESSES = [f"/v1/{collection}/{document_id}" for collection, document_id in IDS.items()]
LINE = "/v1/lines/steppe-line"
CORRIDOR = "/v1/corridors/steppe-corridor"
FIRST = {"If-Match": '"1"'}
ANY = {"If-Match": "*"}


def read(collection):
    return json.loads((DOCUMENTS / f"{IDS[collection]}.json").read_text(encoding="utf-8"))


def code(response):
    return response.status_code, response.json()["code"]


def rows(response):
    return list(csv.DictReader(io.StringIO(response.text)))


@pytest.mark.parametrize("collection", IDS)
def test_lists(reader, checker, collection):
    before = checker.checked
    page = reader.get(f"/v1/{collection}").json()
    assert [item["id"] for item in page["items"]] == [IDS[collection]]
    assert (page["total"], page["next_url"]) == (1, None)
    assert checker.checked == before + 1
    (row,) = rows(reader.get(f"/v1/{collection}.csv?q=STEPPE"))
    assert (row["id"], row["name"], row["version"]) == (IDS[collection], read(collection)["name"], "1")
    assert reader.get(f"/v1/{collection}?q=nothing").json()["items"] == []


def test_lines_have_kinds_and_countries(reader):
    for query, total in (("kind=railway", 1), ("kind=road", 0), ("country=cn", 1), ("country=FR", 0)):
        assert reader.get(f"/v1/lines?{query}").json()["total"] == total
    response = reader.get("/v1/lines?kind=dry_port")
    assert code(response) == (422, "invalid_parameter")
    assert response.json()["errors"][0]["allowed"] == "railway, road, sea_leg, pipeline"
    for collection in ("corridors", "scenarios"):
        for name in ("kind", "country"):
            assert code(reader.get(f"/v1/{collection}?{name}=x")) == (422, "invalid_parameter")


def test_pages_of_lines_stay_among_lines(writer):
    writer.put("/v1/lines/other-line", json={**read("lines"), "id": "other-line"})
    page = writer.get("/v1/lines?limit=1").json()
    assert page["items"][0]["id"] == "other-line"
    assert "/v1/lines?" in page["next_url"]
    assert [item["id"] for item in writer.get(page["next_url"]).json()["items"]] == ["steppe-line"]


@pytest.mark.parametrize("collection", IDS)
def test_a_document_is_given_with_its_version(reader, checker, collection):
    before = checker.checked
    url = f"/v1/{collection}/{IDS[collection]}"
    response = reader.get(url)
    assert (response.status_code, response.headers["etag"]) == (200, '"1"')
    assert response.json() == read(collection)
    assert checker.checked == before + 1
    assert reader.head(url).headers["content-length"] == str(len(response.content))
    assert reader.get(url, headers={"If-None-Match": '"1"'}).status_code == 304
    assert code(reader.get(f"{url}.csv")) == (422, "invalid_parameter")


@pytest.mark.slow
@pytest.mark.parametrize("collection", IDS)
def test_a_document_is_changed_under_conditions(writer, collection):
    url, document = f"/v1/{collection}/{IDS[collection]}", read(collection)
    assert code(writer.put(url, json={**document, "name": "Other"})) == (428, "precondition_required")
    replaced = writer.put(url, json={**document, "name": "Other"}, headers=FIRST)
    assert (replaced.status_code, replaced.headers["etag"]) == (200, '"2"')
    assert code(writer.patch(url, json={"name": "x"}, headers=FIRST)) == (412, "stale_version")
    patched = writer.patch(url, json={"summary": None}, headers={"If-Match": '"2"'})
    assert "summary" not in patched.json()
    assert [item["version"] for item in writer.get(f"{url}/versions").json()["items"]] == [1, 2, 3]
    assert writer.get(f"{url}/versions.csv").text.splitlines()[0] == "version,created_at,origin,deleted"
    assert writer.get(f"{url}?version=1").json() == document
    assert writer.delete(url, headers=ANY).status_code == 204
    assert code(writer.get(url)) == (404, "not_found")
    restored = writer.post(f"{url}/versions/1/restore")
    assert (restored.json(), restored.headers["etag"]) == (document, '"5"')


@pytest.mark.parametrize("collection", IDS)
def test_a_document_is_created(writer, collection):
    document = {**read(collection), "id": "new-one"}
    del document["id"]
    response = writer.put(f"/v1/{collection}/new-one", json=document)
    assert (response.status_code, response.headers["location"]) == (201, f"/v1/{collection}/new-one")
    assert response.json()["id"] == "new-one"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("collection", "change", "pointer"),
    [
        ("lines", {"length_km": -1}, "/length_km"),
        ("lines", {"gauges_mm": [1435, 1520]}, "/gauges_mm"),
        ("lines", {"kind": "dry_port"}, "/kind"),
        ("lines", {"stages": {"run": {"speed_km_per_hour": 0}}}, "/stages/run/speed_km_per_hour"),
        ("corridors", {"links": {"out": {"end": "nowhere"}}}, "/links/out/end"),
        ("corridors", {"demands": {"boxes": {"per_day": -1}}}, "/demands/boxes/per_day"),
        ("scenarios", {"asks": [{"what": "recovery"}]}, "/asks/0/closed_hours"),
        ("scenarios", {"base": "steppe-day-and-night"}, "/base"),
    ],
)
def test_a_bad_document_names_the_place(writer, collection, change, pointer):
    response = writer.patch(f"/v1/{collection}/{IDS[collection]}", json=change, headers=ANY)
    assert code(response) == (422, "invalid_document")
    assert pointer in [error["pointer"] for error in response.json()["errors"]]


def test_a_hub_is_no_line(writer, xian):
    response = writer.put("/v1/lines/new-one", json={**xian, "id": "new-one"})
    assert code(response) == (422, "invalid_document")
    assert response.json()["errors"][0]["pointer"] == "/kind"


def test_an_id_is_taken_by_one_document(writer):
    response = writer.put("/v1/lines/xian", json={**read("lines"), "id": "xian"})
    assert code(response) == (409, "conflict")
    assert "that of a hub" in response.json()["detail"]


def test_unknown_ids_have_hints_from_their_own_collection(reader):
    for url, hint in (
        ("/v1/lines/stepe-line", "did you mean steppe-line?"),
        ("/v1/corridors/stepe-corridor/paths", "did you mean steppe-corridor?"),
        ("/v1/lines/khorgos-gatewy", None),
        ("/v1/hubs/steppe-line/analysis", "steppe-line is a line: look for it in lines"),
        ("/v1/lines/xian", "xian is a hub: look for it in hubs"),
    ):
        response = reader.get(url)
        assert code(response) == (404, "not_found")
        assert response.json()["errors"][0].get("hint") == hint


# A line is analyzed as a hub is


def test_a_line_is_analyzed(reader):
    response = reader.get(f"{LINE}/analysis?stages.yard-exit.servers=1,2&fields=utilization,dwell_mean_hours")
    report = response.json()
    assert report["hub"] == {"id": "steppe-line", "name": "Steppe line", "kind": "railway", "version": 1}
    expected = analyze(parse_hub_or_line(read("lines")), {"stages.yard-exit.servers": [1, 2]}, metrics=["utilization"])
    found = [result["metrics"]["utilization"]["value"] for result in report["results"]]
    assert found == [row["utilization"] for row in expected.to_rows()]
    links = [result["permalink"] for result in report["results"]]
    assert all("/v1/lines/steppe-line/analysis?version=1" in link for link in links)
    assert reader.get(links[0]).json()["results"][0]["metrics"] == report["results"][0]["metrics"]


@pytest.mark.parametrize(
    "end",
    [
        "analysis/utilization.json",
        "analysis/stages.yard-exit.utilization.json",
        "curve?points=2&method=fast",
        "day",
        "clearing?queue=10",
        "recovery?closed_hours=24",
        "paths",
    ],
)
def test_what_is_read_of_a_hub_is_read_of_a_line(reader, checker, end):
    before = checker.checked
    assert reader.get(f"{LINE}/{end}").status_code == 200
    assert checker.checked == before + 1
    assert reader.head(f"{LINE}/{end}").status_code == 200


def test_a_cell_of_a_line(reader):
    assert float(reader.get(f"{LINE}/analysis/throughput_per_day.txt").text) == 12


def test_bodies_take_lines(reader):
    fields = ["utilization"]
    by_id = reader.post("/v1/analysis", json={"hub": "steppe-line", "fields": fields})
    sent = reader.post("/v1/analysis", json={"hub": read("lines"), "fields": fields})
    metrics = [response.json()["results"][0]["metrics"] for response in (by_id, sent)]
    assert metrics[0] == metrics[1]
    broken = reader.post("/v1/analysis", json={"hub": {**read("lines"), "length_km": 0}})
    assert broken.json()["errors"][0]["pointer"] == "/hub/length_km"
    unknown = reader.post("/v1/analysis", json={"hub": "stepe-line"})
    assert unknown.json()["errors"][0]["hint"] == "did you mean steppe-line?"
    corridor = reader.post("/v1/analysis", json={"hub": "steppe-corridor"})
    assert code(corridor) == (404, "not_found")


def test_a_line_is_simulated(reader):
    asked = {"hub": "steppe-line", "replications": 2, "hours": 1000, "seed": 1}
    report = reader.post("/v1/simulations", json=asked).json()
    assert report["hub"] == {"id": "steppe-line", "name": "Steppe line", "kind": "railway", "version": 1}


# The paths of a corridor


def test_paths_of_a_corridor_lead_into_its_documents(reader):
    items = {item["path"]: item for item in reader.get(f"{CORRIDOR}/paths").json()["items"]}
    assert items["demands.boxes.per_day"]["value"] == 300
    assert items["shocks.snow.probability"]["unit"] == "1"
    line = items["lines.steppe-line.flows.westbound.per_day"]
    assert (line["value"], line["basis"], line["source"]) == (12, "published", "A timetable")
    for hub_id in ("xian", "khorgos-gateway"):
        own = reader.get(f"/v1/hubs/{hub_id}/paths").json()["items"]
        inside = [item for path, item in items.items() if path.startswith(f"hubs.{hub_id}.")]
        assert [{**item, "path": f"hubs.{hub_id}.{item['path']}"} for item in own] == inside
    table = rows(reader.get(f"{CORRIDOR}/paths.csv"))
    assert [row["path"] for row in table] == list(items)


def test_a_corridor_without_its_hub_names_the_node(writer):
    etag = writer.get(f"{CORRIDOR}/paths").headers["etag"]
    writer.patch("/v1/hubs/xian", json={"name": "Other"}, headers=ANY)
    assert writer.get(f"{CORRIDOR}/paths").headers["etag"] != etag, "it depends on the versions of its documents"
    assert writer.delete("/v1/hubs/xian", headers=ANY).status_code == 204
    for url in (f"{CORRIDOR}/paths", f"{CORRIDOR}.geojson"):
        response = writer.get(url)
        assert code(response) == (422, "invalid_document")
        assert response.json()["errors"][0]["pointer"] == "/nodes/east/hub"
    assert writer.get(CORRIDOR).status_code == 200, "the document itself is what it was"
