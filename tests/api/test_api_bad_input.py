"""Bad input of every kind: a problem document with the right status and a stable code, and nothing lost."""

import hashlib
import json
import sqlite3

import pytest

KHORGOS = "/v1/hubs/khorgos-gateway"
CRANES = "stages.front.cranes"
ANY = {"If-Match": "*"}


def code(response):
    return response.status_code, response.json()["code"]


def contents(database):
    """Give everything that is in a database, for comparison."""
    connection = sqlite3.connect(database)
    try:
        return hashlib.sha256("\n".join(connection.iterdump()).encode()).hexdigest()
    finally:
        connection.close()


@pytest.mark.parametrize(
    "value",
    [
        "0",
        "-1",
        "10001",
        "2.5",
        "nan",
        "NaN",
        "inf",
        "-Infinity",
        "1e400",
        "1_0",
        "0x10",
        "true",
        "three",
        "1;2",
        "'3'",
        "2..",
        "..2",
        "..",
        "6..2",
        "2..6:0",
        "2..6:-1",
        "2..6:x",
        "1,,2",
        ",",
        "2..3..4",
        "1e99..1e99",
        "9" * 5000,
        "1..2:1e-300",
        "-5..-3",
        "%00",
        "%FF",
        "%F0%9F%92%A9",
        "=1+1",
        "3%0a4",
    ],
)
def test_values_out_of_range_or_shape(reader, value):
    response = reader.get(f"{KHORGOS}/analysis?{CRANES}={value}")
    assert response.status_code == 422
    assert response.json()["code"] in ("invalid_override", "too_many_scenarios")
    (problem,) = response.json()["errors"]
    assert problem["parameter"] == CRANES
    assert problem["allowed"]


def test_a_range_of_monstrous_numbers(reader):
    url = f"{KHORGOS}/analysis?{CRANES}=9e999999..9e999999:9e999999"
    assert reader.get(url).status_code == 422


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("stages.front.yard_share", "1.01"),
        ("stages.front.crane_availability", "0"),
        ("stages.gate.service_time.mean_minutes", "0"),
        ("opening.hours_per_day", "25"),
        ("flows.westbound.contents.mean", "0.5"),
        ("stages.yard.tiers", "-1"),
    ],
)
def test_bounds_of_fields(reader, path, value):
    response = reader.get(f"{KHORGOS}/analysis?{path}={value}")
    assert code(response) == (422, "invalid_override")
    assert response.json()["errors"][0]["parameter"] == path
    assert response.json()["errors"][0]["given"] in (value, float(value))


def test_rules_between_fields_hold_for_overrides(reader):
    response = reader.get(f"{KHORGOS}/analysis?flows.trucks.contents.scv=0.5")
    assert code(response) == (422, "invalid_override")


@pytest.mark.parametrize("query", [f"{CRANES}=3&{CRANES}=4", "format=csv&format=csv", f"{CRANES}=&{CRANES}=3"])
def test_a_repeated_parameter(reader, query):
    assert code(reader.get(f"{KHORGOS}/analysis?{query}")) == (422, "invalid_parameter")


@pytest.mark.parametrize(
    "query",
    [
        "x" * 10_000 + "=1",
        "x." * 5_000 + "=1",
        f"{CRANES}=" + "3," * 5_000 + "0",
        "q=1",
        "=1",
        "%00=1",
        "a.b=1",
        "FORMAT=csv",
    ],
)
def test_long_and_strange_parameters(reader, query):
    assert reader.get(f"{KHORGOS}/analysis?{query}").status_code == 422


def test_many_parameters(reader):
    query = "&".join(f"stages.s{i}.servers=1" for i in range(1_500))
    assert code(reader.get(f"{KHORGOS}/analysis?{query}")) == (422, "unknown_path")


@pytest.mark.parametrize(
    "hub_id",
    [
        "nowhere",
        "XIAN",
        "xian%20",
        "%00",
        "%FF",
        "..%2f..%2fetc%2fpasswd",
        "..%5c..%5cwindows",
        "a%2Fb",
        "x" * 3000,
        "%F0%9F%92%A9",
        "%D1%85%D0%BE%D1%80%D0%B3%D0%BE%D1%81",
        "xian%3Fversion=1",
        "'%20OR%201=1--",
        "%C4%B1d",
    ],
)
def test_ids_that_are_none(reader, hub_id):
    for path in ("", "/analysis", "/analysis/utilization", "/paths", "/versions"):
        response = reader.get(f"/v1/hubs/{hub_id}{path}")
        assert code(response) == (404, "not_found")
        assert "passwd:" not in response.text


def test_an_id_nearly_right_gets_a_suggestion(reader):
    response = reader.get("/v1/hubs/khorgos-gatway")
    assert response.json()["errors"][0]["hint"] == "did you mean khorgos-gateway?"


def test_a_percent_encoded_path_is_the_same_path(reader):
    assert reader.get("/v1/hubs/%78ian").json()["id"] == "xian"
    assert reader.get("/%76%31/hubs%2Ecsv").status_code in (200, 404)


@pytest.mark.parametrize(
    "path",
    [
        "/v1",
        "/v2/hubs",
        "/v1/hubs/xian/analysis/utilization/more",
        "/docs/../hubcalc",
        "/schema",
        "/schema/openapi.json",
        "/docs/%2e%2e%2fapp.py",
        "/docs/app.py",
        "/errors/nothing",
        "/v1/hubs/xian/",
        "/favicon.ico",
    ],
)
def test_pages_that_are_none(reader, path):
    response = reader.get(path)
    if path == "/v1/hubs/xian/":
        assert response.status_code == 200
    else:
        assert code(response) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/hubs"),
        ("DELETE", "/v1/hubs"),
        ("PUT", f"{KHORGOS}/analysis"),
        ("GET", "/v1/analysis"),
        ("POST", "/healthz"),
        ("PATCH", "/v1/info"),
        ("BREW", KHORGOS),
        ("TRACE", KHORGOS),
        ("GET", f"{KHORGOS}/versions/1/restore"),
    ],
)
def test_methods_that_are_none(reader, method, path):
    response = reader.request(method, path)
    assert code(response) == (405, "method_not_allowed")
    assert "OPTIONS" in response.headers["allow"]


BODIES = [
    (b"", 400, "malformed_body"),
    (b"  \n", 400, "malformed_body"),
    (b"{", 400, "malformed_body"),
    (b'{"a": NaN}', 400, "malformed_body"),
    (b'{"a": -Infinity}', 400, "malformed_body"),
    (b"\xff\xfe{}", 400, "malformed_body"),
    (b'"\\ud800"', 400, "malformed_body"),
    (b"{'a': 1}", 400, "malformed_body"),
    (b"[" * 100_000, 400, "malformed_body"),
    (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, 400, "malformed_body"),
    (b'{"a": ' + b"1" * 5_000 + b"}", 400, "malformed_body"),
    (b"null", 422, "invalid_document"),
    (b"[]", 422, "invalid_document"),
    (b"3", 422, "invalid_document"),
    (b'{"a":' * 100 + b"1" + b"}" * 100, 422, "invalid_document"),
    (b'{"a": 1' + b"0" * 4_000 + b"}", 422, "invalid_document"),
    (b'{"kind": "dry_port", "schema_version": 99}', 422, "invalid_document"),
    (b'{"kind": ["dry_port"], "schema_version": null}', 422, "invalid_document"),
]


@pytest.mark.parametrize(("body", "status", "name"), BODIES, ids=range(len(BODIES)))
@pytest.mark.parametrize(("method", "path"), [("PUT", "/v1/hubs/new-port"), ("POST", "/v1/analysis")])
def test_bodies_that_are_no_document(reader, method, path, body, status, name):
    response = reader.request(method, path, content=body)
    assert code(response) == (status, name)


def changes(xian):
    """Give documents each with one thing wrong, and the pointer to it."""
    flow, stage = next(iter(xian["flows"])), next(iter(xian["stages"]))
    yield {**xian, "name": ""}, "/name"
    yield {**xian, "name": 3}, "/name"
    yield {**xian, "zzz": 1}, "/zzz"
    yield {**xian, "kind": "spaceport"}, ""
    yield {**xian, "country": "Kazakhstan"}, "/country"
    yield {**xian, "location": {"latitude_deg": 91, "longitude_deg": 0}}, "/location/latitude_deg"
    yield {**xian, "flows": {}}, "/flows"
    yield (
        {**xian, "flows": {**xian["flows"], flow: {**xian["flows"][flow], "per_day": "many"}}},
        f"/flows/{flow}/per_day",
    )
    yield (
        {**xian, "flows": {**xian["flows"], flow: {**xian["flows"][flow], "per_day": 1e999}}},
        f"/flows/{flow}/per_day",
    )
    yield {**xian, "stages": {**xian["stages"], stage: {"kind": "magic"}}}, f"/stages/{stage}"
    yield {**xian, "stages": {**xian["stages"], "a.b": xian["stages"][stage]}}, "/stages/a.b"
    yield {**xian, "main_flow": "nothing"}, ""
    yield {**xian, "evidence": {"stages.nothing.servers": {"basis": "assumption", "note": "x"}}}, ""


@pytest.mark.parametrize("number", range(13))
def test_documents_with_one_thing_wrong(reader, xian, number):
    document, pointer = list(changes(xian))[number]
    text = json.dumps(document).replace("Infinity", "1e999")
    response = reader.put("/v1/hubs/xian", content=text, headers=ANY)
    assert code(response) == (422, "invalid_document")
    assert any(error["pointer"].startswith(pointer) for error in response.json()["errors"]), response.json()["errors"]


@pytest.mark.parametrize("hub_id", ["a.b", "A", "a_b_", "-a", "a--b", "a b", "%C3%A9", "x" * 65])
def test_new_ids_follow_the_rules(reader, xian, hub_id):
    del xian["id"]
    response = reader.put(f"/v1/hubs/{hub_id}", json=xian)
    assert code(response) == (422, "invalid_document")
    assert response.json()["errors"][0]["pointer"] == "/id"


def chunks(size):
    for _ in range(0, size, 10_000):
        yield b" " * 10_000


@pytest.mark.parametrize(("method", "path"), [("PUT", "/v1/hubs/x"), ("PATCH", KHORGOS), ("POST", "/v1/analysis")])
def test_a_body_over_two_mebibytes_is_refused(reader, method, path):
    for body in (b" " * (2 * 1024 * 1024 + 1), chunks(2_200_000)):
        assert code(reader.request(method, path, content=body, headers=ANY)) == (413, "body_too_large")


def test_the_limit_of_bodies_is_a_setting(serve, xian):
    size = len(json.dumps(xian))
    for limit, status in ((size + 100, 201), (size // 2, 413)):
        with serve(body_limit_bytes=limit) as client:
            assert client.get("/v1/info").json()["limits"]["body_bytes"] == limit
            name = f"copy-{limit}"
            text = json.dumps({**xian, "id": name})
            assert client.put(f"/v1/hubs/{name}", content=text).status_code == status
            assert (
                client.put(f"/v1/hubs/{name}-b", content=iter([text.replace(name, name + "-b").encode()])).status_code
                == status
            )


def test_nothing_of_all_this_changes_the_database(serve, database, xian):
    before = contents(database)
    with serve() as client:
        for body, status, _ in BODIES:
            for method, path in (("PUT", KHORGOS), ("POST", "/v1/analysis")):
                assert client.request(method, path, content=body, headers=ANY).status_code == status
        for document, _ in changes(xian):
            text = json.dumps(document).replace("Infinity", "1e999")
            assert client.put("/v1/hubs/xian", content=text, headers=ANY).status_code == 422
        for method in ("PUT", "PATCH", "DELETE"):
            assert client.request(method, "/v1/hubs/xian", json={**xian, "name": "x"}).status_code == 428
            stale = {"If-Match": '"7"'}
            assert client.request(method, "/v1/hubs/xian", json={**xian, "name": "x"}, headers=stale).status_code == 412
        assert client.post("/v1/hubs/xian/versions/9/restore", headers=ANY).status_code == 404
    assert contents(database) == before


def test_a_request_keeps_the_id_that_it_brings(reader):
    given = {"X-Request-Id": "case-7.a:b_c"}
    assert reader.get("/healthz", headers=given).headers["x-request-id"] == "case-7.a:b_c"
    response = reader.get("/v1/hubs/nowhere", headers=given)
    assert response.json()["request_id"] == "case-7.a:b_c"


@pytest.mark.parametrize("given", ["", "a b", "x" * 101, "<script>", "a,b", b"\xff"])
def test_an_unsound_request_id_is_replaced(reader, given):
    made = reader.get("/healthz", headers={"X-Request-Id": given}).headers["x-request-id"]
    assert made != given
    assert len(made) == 32


def test_request_ids_differ(reader):
    assert len({reader.get("/healthz").headers["x-request-id"] for _ in range(20)}) == 20


def test_every_code_that_is_answered_is_explained(reader):
    answers = [
        reader.get("/nowhere"),
        reader.post("/healthz"),
        reader.get(f"{KHORGOS}/analysis?a.b=1"),
        reader.get(f"{KHORGOS}/analysis?{CRANES}=0"),
        reader.get(f"{KHORGOS}/analysis?{CRANES}=1..5000"),
        reader.get(f"{KHORGOS}/analysis?x=1"),
        reader.get(f"{KHORGOS}/analysis?model_version=1"),
        reader.post("/v1/analysis", content=b""),
        reader.post("/v1/analysis", content=b"{}"),
        reader.post("/v1/analysis", content=b"{}", headers={"Content-Type": "a/b"}),
        reader.delete(KHORGOS),
        reader.delete(KHORGOS, headers={"If-Match": '"9"'}),
    ]
    assert len({response.json()["code"] for response in answers}) == 12
    for response in answers:
        page = reader.get(response.json()["type"])
        assert page.status_code == 200
        assert response.json()["title"] in page.text
