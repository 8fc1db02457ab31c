"""The OpenAPI document is valid and complete, and the pages about the API need no network."""

import re
from itertools import product

import pytest
from openapi_spec_validator import validate

import hubfixtures
from hubcalc import METRIC_NAMES
from hubcalc.api.openapi_groups import group_of
from hubcalc.api.parameters import OF_TABLES
from hubcalc.version import MODEL_VERSION

NEEDED = {f"/v1/hubs/khorgos-gateway/{name}" for name in ("curve", "day", "clearing", "recovery")}
APART = ("/copy-as", "/workbook", "/scenario-sheet")
UNDOCUMENTED = {"/", "/openapi.json", "/docs", "/docs/{name}"}


@pytest.fixture(scope="module")
def document(reader):
    return reader.get("/openapi.json").json()


def operations(document):
    return [operation for path in document["paths"].values() for operation in path.values()]


@pytest.mark.slow
def test_it_validates(document):
    validate(document)


def test_every_route_is_in_it(reader, document):
    routes = {}
    for route in reader.app.routes:
        if not route.path.startswith("/schema"):
            path = re.sub(r"\{(\w+):\w+\}", r"{\1}", route.path)
            routes.setdefault(path, set()).update({str(m).lower().split(".")[-1] for m in route.methods} - {"options"})
    documented = {path: set(methods) for path, methods in document["paths"].items()}
    assert documented == {path: methods - {"head"} for path, methods in routes.items() if path not in UNDOCUMENTED}
    assert all("get" in methods for methods in routes.values() if "head" in methods)


def test_groups_lead_a_reader(document):
    groups = [operation["tags"] for operation in operations(document)]
    named = [tag["name"] for tag in document["tags"]]
    assert all(len(tags) == 1 for tags in groups)
    assert [tags[0] for tags in groups] == sorted((tags[0] for tags in groups), key=named.index)
    assert {tags[0] for tags in groups} == set(named)
    assert group_of("/v1/hubs/{hub_id}/analysis") == "Analysis"
    assert group_of("/v1/hubs/{hub_id}/analysis/copy-as") == "Spreadsheets"
    assert group_of("/v1/corridor-analysis") == group_of("/v1/corridors") == "Corridors"
    assert {path for path in document["paths"] if group_of(path) == "Server"} == {
        "/v1/info",
        "/healthz",
        "/readyz",
        "/errors/{code}",
    }


@pytest.mark.slow
def test_examples_of_the_welcome_answer(reader, document):
    links = re.findall(r"\]\((/[^)]*)\)", document["info"]["description"])
    assert len(links) == 4
    for link in links:
        assert reader.get(link).status_code == 200, link


def test_operation_ids_are_unique_and_named(document):
    ids = [operation["operationId"] for operation in operations(document)]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in ids)


def test_every_operation_says_what_it_does_and_how_it_fails(document):
    for operation in operations(document):
        assert operation["summary"]
        assert "application/problem+json" in operation["responses"]["default"]["content"]
        for parameter in operation.get("parameters", []):
            assert parameter["in"] == "path" or parameter["description"]


def test_get_parameters_are_those_that_are_taken(reader, document):
    values = {"format": "json", "limit": "3", "offset": "0", "kind": "dry_port", "country": "KZ", "view": "metrics"}
    values |= {"fields": "utilization", "scale": "westbound", "version": "1", "q": "x", "method": "auto"}
    values |= {"model_version": MODEL_VERSION, "unstable": "inf"}
    hubs = {path: methods for path, methods in document["paths"].items() if path.startswith("/v1/hubs")}
    for path, methods in hubs.items():
        for parameter in methods.get("get", {}).get("parameters", []):
            if parameter["in"] == "query" and parameter["name"] not in ("overrides", "scenario"):
                url = path.replace("{hub_id}", "khorgos-gateway").replace("{metric}", "utilization")
                if url in NEEDED:
                    continue  # tests/api/test_api_timelines.py asks with all of theirs
                quick = url.endswith(("/analysis", "/cells")) and parameter["name"] != "fields"
                quick &= parameter["name"] != "view"
                if url.endswith(APART):
                    continue  # these have tests of their own that ask with all of theirs
                if parameter["name"] in OF_TABLES or (
                    parameter["name"] == "fields" and not path.endswith(("/analysis", "/cells"))
                ):
                    continue  # tests/api/test_api_tables.py asks each table with these
                if parameter["name"] in ("view", "unstable"):
                    url += ".csv"
                response = reader.get(
                    f"{url}?{parameter['name']}={values[parameter['name']]}" + ("&fields=utilization" if quick else "")
                )
                assert response.status_code == 200, (path, parameter["name"])


def test_schemas_of_documents_carry_bounds_and_units(document):
    front = document["components"]["schemas"]["TransshipmentFront"]
    assert front["properties"]["cranes"]["minimum"] == 1
    assert front["properties"]["place_minutes"]["description"].endswith("[min]")
    assert front["additionalProperties"] is False


@pytest.mark.slow
@pytest.mark.parametrize(
    ("hub_id", "path"), [*product(hubfixtures.names(), ["", "/analysis?fields=wait_mean_hours", "/paths", "/versions"])]
)
def test_answers_are_as_documented(reader, checker, hub_id, path):
    before = checker.checked
    assert reader.get(f"/v1/hubs/{hub_id}{path}").status_code == 200
    assert checker.checked == before + 1


@pytest.mark.parametrize(
    "path", ["/v1/hubs", "/v1/info", "/healthz", "/readyz", "/v1/hubs/xian/analysis/utilization.json"]
)
def test_other_answers_are_as_documented(reader, checker, path):
    before = checker.checked
    assert reader.get(path).status_code == 200
    assert checker.checked == before + 1


def test_info_names_what_there_is(reader):
    info = reader.get("/v1/info").json()
    assert [metric["name"] for metric in info["metrics"]] == list(METRIC_NAMES)
    assert all(metric["unit"] and metric["description"] for metric in info["metrics"])
    assert info["formats"] == ["json", "csv", "tsv", "txt", "xml", "html", "xlsx", "ods"]
    assert {"service", "transshipment_front", "yard", "gate"} <= set(info["stage_kinds"])
    assert info["limits"] == {
        "body_bytes": 2 * 1024 * 1024,
        "scenarios": 1000,
        "simulation_events": 50_000_000,
        "study_body_bytes": 64 * 1024 * 1024,
        "job_rows": 1_000_000_000,
        "open_jobs": 20,
    }


def test_the_page_of_the_api_needs_no_other_host(reader):
    page = reader.get("/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert re.findall(r"(?:https?:)?//[\w.]+", page.text) == []
    linked = re.findall(r'(?:src|href)="(/[^"]*)"', page.text) + re.findall(r'url: "([^"]*)"', page.text)
    assert len(linked) == 3
    assert "validatorUrl: null" in page.text, "or Swagger UI sends the document to its own server"
    for url in linked:
        response = reader.get(url)
        assert response.status_code == 200
        assert len(response.content) > 10_000
    css = reader.get("/docs/swagger-ui.css").text
    assert [url for url in re.findall(r"url\(([^)]*)\)", css) if not url.strip("\"'").startswith("data:")] == []
    assert "@import" not in css


HEADED = ["/v1/hubs", "/v1/hubs.csv", "/v1/hubs/xian", "/v1/hubs/xian/versions", "/v1/hubs/xian/paths.csv", "/v1/info"]
HEADED += [
    "/v1/hubs/xian/analysis?fields=utilization",
    "/v1/hubs/xian/analysis.xml?fields=utilization",
    "/healthz",
    "/readyz",
    "/v1/jobs",
    "/v1/jobs.csv",
]
HEADED += [
    "/v1/hubs/xian/curve.csv?points=2&method=fast",
    "/v1/hubs/xian/clearing?queue=3",
    "/v1/hubs/xian/analysis/utilization.txt",
    "/openapi.json",
    "/docs",
    "/docs/swagger-ui.css",
    "/errors/not_found",
]


@pytest.mark.slow
@pytest.mark.parametrize("url", HEADED)
def test_head_is_get_without_a_body(reader, url):
    get, head = reader.get(url), reader.head(url)
    assert head.content == b""
    assert head.status_code == get.status_code == 200
    varying = {"x-request-id", "date"}
    assert {k: v for k, v in head.headers.items() if k not in varying} == {
        k: v for k, v in get.headers.items() if k not in varying
    }
    assert int(head.headers["content-length"]) == len(get.content)


@pytest.mark.parametrize("url", ["/v1/hubs/nowhere", "/nowhere", "/v1/hubs/xian/analysis?a.b=1"])
def test_head_of_an_error(reader, url):
    get, head = reader.get(url), reader.head(url)
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("url", HEADED)
def test_options_allows_head(reader, url):
    response = reader.options(url)
    assert response.status_code in (200, 204)
    assert {"GET", "HEAD", "OPTIONS"} <= set(response.headers["allow"].split(", "))


def test_pages_of_other_origins_may_read(reader):
    response = reader.get("/v1/info", headers={"Origin": "https://sheet.example"})
    assert response.headers["access-control-allow-origin"] == "*"
    assert "etag" in response.headers["access-control-expose-headers"].lower()
    asked = {"Origin": "https://sheet.example", "Access-Control-Request-Method": "PUT"}
    asked["Access-Control-Request-Headers"] = "if-match"
    preflight = reader.options("/v1/hubs/xian", headers=asked)
    assert preflight.status_code in (200, 204)
    assert "PUT" in preflight.headers["access-control-allow-methods"]
    assert preflight.headers["access-control-allow-headers"].lower().endswith("if-match")


def test_the_bare_address_leads_to_the_page(reader):
    response = reader.get("/", follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (302, "/docs")
