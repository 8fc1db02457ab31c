"""The server's key: where it may stand, what it guards, and that it is in nothing that is answered."""

import hashlib
import logging

import pytest
from pydantic import ValidationError

from hubcalc.api.access import KeyFilter, take_keys
from hubcalc.settings import Settings

KEY = "s3cret+key&%/=?"
QUOTED = "s3cret%2Bkey%26%25%2F%3D%3F"
CELL = "/v1/hubs/khorgos-gateway/analysis/theoretical_capacity_per_day.txt"


@pytest.fixture
def guarded(serve):
    with serve(api_key=KEY) as client:
        yield client


GIVEN = {
    "bearer": ("", {"Authorization": f"Bearer {KEY}"}),
    "bearer in small letters": ("", {"authorization": f"bearer  {KEY} "}),
    "header": ("", {"X-API-Key": KEY}),
    "query": (f"key={QUOTED}", {}),
    "capitals": (f"KEY={QUOTED}", {}),
    "encoded name": (f"%6Be%79={QUOTED}", {}),
    "stray spaces": (f"+key%20=%20{QUOTED}%20", {}),
    "twice": (f"key={QUOTED}&key={QUOTED}", {}),
    "empty beside it": (f"key=&key={QUOTED}", {}),
    "query and header": (f"key={QUOTED}", {"X-API-Key": KEY}),
}


@pytest.mark.slow
@pytest.mark.parametrize("way", GIVEN)
def test_the_key_opens(guarded, way):
    query, headers = GIVEN[way]
    response = guarded.get(f"{CELL}?stages.front.cranes=4&{query}", headers=headers)
    assert response.status_code == 200, response.text
    assert float(response.text) == pytest.approx(15.712, abs=0.001)


WRONG = {
    "none": ("", {}, "missing"),
    "empty": ("key=", {}, "missing"),
    "without a value": ("key", {}, "missing"),
    "basic": ("", {"Authorization": "Basic dXNlcjpwYXNz"}, "missing"),
    "another": ("key=another", {}, "wrong"),
    "another in small": (f"key={QUOTED.lower()}x", {}, "wrong"),
    "one right and one wrong": (f"key={QUOTED}&key=another", {}, "wrong"),
    "wrong header": (f"key={QUOTED}", {"X-API-Key": "another"}, "wrong"),
}


@pytest.mark.slow
@pytest.mark.parametrize("way", WRONG)
def test_without_it_nothing_is_told(guarded, way):
    for path in (CELL, "/v1/hubs", "/v1/nowhere", "http://testserver.local//v1/hubs", "/v1", "/nowhere", "/v1/info"):
        check_refusal(guarded, path, *WRONG[way])


def check_refusal(guarded, path, query, headers, word):
    response = guarded.get(f"{path}?{query}", headers=headers)
    assert response.status_code == 401
    problem = response.json()
    assert (problem["code"], response.headers["www-authenticate"]) == ("no_access", 'Bearer realm="hubcalc"')
    assert problem["errors"][0]["message"] == f"the key is {word}"
    assert problem["errors"][0]["hint"]
    assert "another" not in response.text
    assert guarded.head(f"{path}?{query}", headers=headers).status_code == 401


def test_writing_needs_it_too(guarded, xian):
    for method in ("put", "patch", "post", "delete"):
        assert guarded.request(method, "/v1/hubs/xian", headers={"If-Match": "*"}).status_code == 401
    body = {"name": "Xi'an, with a key"}
    assert guarded.patch("/v1/hubs/xian", json=body, headers={"If-Match": "*", "X-API-Key": KEY}).status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/errors/no_access", "/healthz", "/readyz", "/"])
def test_pages_that_are_open(guarded, path):
    assert guarded.get(path).status_code == 200


def test_the_page_asks_for_the_key(guarded, reader):
    document = guarded.get("/openapi.json").json()
    assert document["components"]["securitySchemes"]["key"]["name"] == "X-API-Key"
    assert document["security"] == [{"key": []}]
    assert "security" not in reader.get("/openapi.json").json()


def test_a_cell_shows_why(guarded):
    response = guarded.get(f"{CELL}?errors=text")
    assert response.status_code == 200
    assert response.text.startswith("ERR the key is missing")


@pytest.mark.slow
@pytest.mark.parametrize("path", [CELL, "/v1/hubs", "/v1/nowhere", "/nowhere"])
def test_options_needs_no_key(guarded, path):
    assert guarded.options(path).status_code == 204


def test_nothing_that_is_answered_holds_it(guarded):
    for path in (
        f"/v1/hubs?limit=1&key={QUOTED}",
        f"/v1/hubs/xian/analysis?key={QUOTED}",
        f"/v1/queue?arrivals_per_hour=1&service_hours=0.5&servers=1&key={QUOTED}",
        f"/v1/hubs/xian/analysis?model_version=1&key={QUOTED}",
        f"/v1/hubs/nowhere?key={QUOTED}",
        f"/v1/hubs/xian/analysis?{QUOTED}=1&KEY={QUOTED}&x.y=2",
    ):
        response = guarded.get(path)
        told = response.text + str(response.headers.multi_items())
        if f"{QUOTED}=1" not in path:
            assert KEY not in told
            assert QUOTED not in told
        assert "key=" not in told.lower()
    page = guarded.get(f"/v1/hubs?limit=1&key={QUOTED}").json()
    assert "limit=1" in page["next_url"]


def test_an_answer_is_the_same_with_and_without(guarded):
    first = guarded.get(f"/v1/hubs/xian/analysis?key={QUOTED}")
    second = guarded.get("/v1/hubs/xian/analysis", headers={"X-API-Key": KEY})
    assert first.headers["etag"] == second.headers["etag"]
    assert first.content == second.content


def test_a_server_without_a_key_passes_over_it(reader):
    plain = reader.get(f"{CELL}?stages.front.cranes=4")
    for query in ("key=whatever", "KEY=", "key", "%6bey=1&key=2"):
        keyed = reader.get(f"{CELL}?{query}&stages.front.cranes=4")
        assert (keyed.status_code, keyed.text, keyed.headers["etag"]) == (200, plain.text, plain.headers["etag"])


@pytest.mark.parametrize(
    ("query", "left", "keys"),
    [
        (b"", b"", []),
        (b"a=1&b=2", b"a=1&b=2", []),
        (b"key=x", b"", [b"x"]),
        (b"a=1&key=x&b=2", b"a=1&b=2", [b"x"]),
        (b"monkey=x&keys=1&key.a=2&akey", b"monkey=x&keys=1&key.a=2&akey", []),
        (b"a=key&b=%26key=1", b"a=key&b=%26key=1", []),
        (b"K%45Y=a%20&&key&a=", b"&a=", [b"a"]),
        (b"key=a=b", b"", [b"a=b"]),
    ],
)
def test_what_is_taken_off(query, left, keys):
    scope = {"query_string": query}
    assert take_keys(scope) == keys
    assert scope["query_string"] == left


@pytest.mark.parametrize("key", ["", "4char", "with a space", "schlüssel-lang", "two\nlines-of-it"])
def test_keys_that_cannot_be_sent_are_refused_and_not_repeated(key):
    with pytest.raises(ValidationError) as caught:
        Settings(api_key=key)
    if key:
        assert key not in str(caught.value)
    assert "api_key" in str(caught.value)


def test_settings_do_not_show_it():
    settings = Settings(api_key=KEY)
    assert KEY not in repr(settings)
    assert KEY not in settings.model_dump_json()
    assert hashlib.sha256(KEY.encode()).hexdigest() not in repr(settings)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("GET /v1/hubs?key=abc HTTP/1.1", "GET /v1/hubs?key=*** HTTP/1.1"),
        ("/v1/hubs?a=1&K%65y=abc&b=2", "/v1/hubs?a=1&K%65y=***&b=2"),
        ("/v1/hubs%3Fkey%3Dabc", "/v1/hubs%3Fkey%3D***"),
        ("{'query_string': b'key=abc'}", "{'query_string': b'key=***'}"),
        ("> X-API-Key: abc", "> X-API-Key: ***"),
        ("(b'authorization', b'Bearer abc')", "(b'authorization', b'Bearer ***')"),
        ("monkey=1 and turkey=2", "monkey=1 and turkey=2"),
    ],
)
def test_what_a_log_shows(text, hidden):
    assert KeyFilter().hide(text) == hidden


def test_records_are_cleaned_in_all_their_parts():
    hide = KeyFilter()
    hide.secrets.add(KEY)
    try:
        raise ValueError(f"about {KEY}")
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    args = ("1.2.3.4", "GET", f"/v1?key={QUOTED}", 200)
    record = logging.LogRecord("uvicorn.access", logging.INFO, "", 1, "%s %s %s %d", args, info)
    assert hide.filter(record)
    text = logging.Formatter().format(record)
    assert "/v1?key=*** 200" in text
    assert KEY not in text
