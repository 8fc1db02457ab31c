"""OPTIONS, HEAD and what lets pages of other origins read; answers that are kept ready."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from hubcalc.analysis import analyze
from hubcalc.api import cell_values
from hubcalc.api.answer_cache import AnswerCache, KeptAnswer

HUB = "/v1/hubs/khorgos-gateway"
CELL = f"{HUB}/analysis/theoretical_capacity_per_day.txt?stages.front.cranes=4"
ORIGIN = {"Origin": "https://sheet.example"}


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        (CELL, "GET, HEAD, OPTIONS"),
        ("/v1/hubs.csv", "GET, HEAD, OPTIONS"),
        (HUB, "DELETE, GET, HEAD, OPTIONS, PATCH, PUT"),
        ("/v1/analysis", "OPTIONS, POST"),
        ("/", "GET, HEAD, OPTIONS"),
        ("/v1/nowhere", "GET, HEAD, OPTIONS"),
        (f"{HUB}/versions/3/restore", "OPTIONS, POST"),
        (f"{CELL}&no.such.path=1", "GET, HEAD, OPTIONS"),
    ],
)
def test_options_names_what_is_possible(reader, path, methods):
    response = reader.options(path)
    assert (response.status_code, response.content, response.headers["allow"]) == (204, b"", methods)
    assert response.headers["access-control-allow-methods"] == methods
    assert response.headers["access-control-allow-origin"] == "*"


def test_options_runs_no_handler(reader, monkeypatch):
    monkeypatch.setattr(cell_values, "analyze", None)
    assert reader.options(CELL).status_code == 204


def test_a_preflight(reader):
    wanted = "authorization, content-type, idempotency-key, if-match, if-none-match, prefer, x-api-key"
    asked = {**ORIGIN, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": wanted}
    headers = reader.options(HUB, headers=asked).headers
    accepted = {name.strip().lower() for name in headers["access-control-allow-headers"].split(",")}
    assert {*wanted.split(", "), "x-hubcalc-client"} <= accepted
    assert "PUT" in headers["access-control-allow-methods"]
    assert int(headers["access-control-max-age"]) > 600
    assert "access-control-allow-private-network" not in headers
    private = reader.options(HUB, headers={**asked, "Access-Control-Request-Private-Network": "true"})
    assert private.headers["access-control-allow-private-network"] == "true"


def test_all_answers_can_be_read_by_all_origins(reader, serve):
    etag = reader.get(CELL).headers["etag"]
    answers = {
        200: reader.get(CELL, headers=ORIGIN),
        304: reader.get(CELL, headers={**ORIGIN, "If-None-Match": etag}),
        404: reader.get("/nowhere", headers=ORIGIN),
        405: reader.post("/healthz", headers=ORIGIN),
        415: reader.post("/v1/analysis", content=b"x", headers={**ORIGIN, "Content-Type": "image/png"}),
        422: reader.get(f"{HUB}/analysis?no.path=1", headers=ORIGIN),
    }
    with serve(api_key="a-key-of-a-test") as guarded:
        answers[401] = guarded.get(CELL, headers=ORIGIN)
    for status, response in answers.items():
        assert response.status_code == status
        assert response.headers.get_list("access-control-allow-origin") == ["*"]
        exposed = response.headers["access-control-expose-headers"].lower().split(", ")
        assert {"etag", "link", "retry-after", "x-request-id"} <= set(exposed)


def test_faults_and_a_busy_store_can_be_read_too(serve, monkeypatch):
    with serve() as client:
        client.event_hooks = {}
        monkeypatch.setattr(cell_values, "analyze", lambda *_, **__: 1 / 0)
        response = client.get(CELL)
        assert (response.status_code, response.headers["access-control-allow-origin"]) == (500, "*")


def test_a_simple_request_with_a_body(reader):
    """Custom functions of Office can send text/plain, and no header of ours."""
    body = '{"hub": "khorgos-gateway", "fields": ["throughput_per_day"]}'
    response = reader.post("/v1/analysis", content=body, headers={**ORIGIN, "Content-Type": "text/plain;charset=UTF-8"})
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == "*"


# Answers that are kept


@pytest.fixture
def counted(serve, monkeypatch):
    """Give a client, and the list of what its cells have computed."""
    computed = []

    def count(*arguments, **named):
        computed.append(arguments)
        return analyze(*arguments, **named)

    monkeypatch.setattr(cell_values, "analyze", count)
    with serve() as client:
        yield client, computed


def test_what_a_sheet_does_computes_once(counted):
    client, computed = counted
    client.options(CELL)
    heads = [client.head(CELL) for _ in range(3)]
    get = client.get(CELL)
    again = client.get(CELL)
    assert len(computed) == 1
    assert get.content == again.content
    own = {"x-request-id"}
    for response in (*heads, again):
        assert {k: v for k, v in response.headers.items() if k not in own} == {
            k: v for k, v in get.headers.items() if k not in own
        }
    assert int(heads[0].headers["content-length"]) == len(get.content)
    assert [head.content for head in heads] == [b""] * 3


def test_a_change_of_the_document_is_seen_at_once(counted):
    client, computed = counted
    url = f"{HUB}/analysis/throughput_per_day.txt"
    before = client.get(url)
    changed = client.patch(HUB, json={"name": "Another name"}, headers={"If-Match": "*"})
    assert changed.status_code == 200
    after = client.get(url)
    assert after.headers["etag"] != before.headers["etag"]
    assert len(computed) == 2


def test_each_question_has_its_own_answer(counted):
    client, computed = counted
    questions = [
        f"{HUB}/analysis/theoretical_capacity_per_day.txt?stages.front.cranes={cranes}" for cranes in (1, 2, 4)
    ]
    questions += [f"{HUB}/analysis/theoretical_capacity_per_day.csv?stages.front.cranes=4"]
    first = [client.get(question).text for question in questions]
    assert [client.get(question).text for question in questions] == first
    assert len({*first}) == 4
    assert len(computed) == 3, "the last two are written from one analysis"


def test_links_name_the_address_that_was_asked(reader):
    url = f"{HUB}/analysis?fields=throughput_per_day"
    links = [
        reader.get(url, headers={"Host": host}).json()["results"][0]["permalink"] for host in ("a.example", "b.example")
    ]
    assert [link.split("/")[2] for link in links] == ["a.example", "b.example"]


def test_errors_are_not_kept(counted):
    client, computed = counted
    for _ in range(2):
        assert client.get(f"{CELL}&scale=nobody").status_code == 422
    shown = [client.get(f"{CELL}&scale=nobody&errors=text") for _ in range(2)]
    assert [response.status_code for response in shown] == [200, 200]
    assert len(computed) == 4


def test_nothing_is_kept_when_told(serve, monkeypatch):
    computed = []
    monkeypatch.setattr(cell_values, "analyze", lambda *a, **k: computed.append(a) or analyze(*a, **k))
    with serve(answer_cache_bytes=0) as client:
        assert client.get(CELL).content == client.get(CELL).content
    assert len(computed) == 2


PAGES = [
    f"{HUB}/analysis",
    f"{HUB}/analysis.csv",
    f"{HUB}/analysis.svg",
    "/v1/queue?arrivals_per_hour=1&service_hours=0.5&servers=1",
    "/v1/queue/wait_mean_hours.txt?arrivals_per_hour=1&service_hours=0.5&servers=1",
    f"{HUB}/day.csv",
    "/v1/corridors/steppe-corridor/transit?method=fast",
    "/v1/corridors/steppe-corridor.geojson",
    "/v1/scenarios/steppe-day-and-night/answer",
    "/v1/hubs.geojson",
]


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_a_kept_answer_is_the_answer(reader, page):
    first, second, head = reader.get(page), reader.get(page), reader.head(page)
    assert first.status_code == 200, first.text
    assert second.content == first.content
    for name in ("etag", "content-type", "cache-control", "content-length"):
        assert second.headers[name] == first.headers[name] == head.headers[name]


def test_the_cache_forgets_what_was_asked_for_the_longest_ago():
    cache = AnswerCache(10_000)
    for number in range(6):
        cache.put(number, KeptAnswer(bytes(200), "text/plain", {}))
    cache.get(0)
    for number in range(6, 10):
        cache.put(number, KeptAnswer(bytes(200), "text/plain", {}))
    held = [number for number in range(10) if cache.get(number) is not None]
    assert held == [0, 3, 4, 5, 6, 7, 8, 9]
    assert cache.held_bytes == 8 * (200 + 1_024) <= 10_000
    cache.put(3, KeptAnswer(bytes(100), "text/plain", {}))
    assert cache.held_bytes == 8 * (200 + 1_024) - 100
    cache.put("large", KeptAnswer(bytes(9_000), "text/plain", {}))
    assert cache.get("large") is None
    assert len([number for number in range(10) if cache.get(number) is not None]) == 8


def test_threads_share_the_cache():
    cache = AnswerCache(40 * 1_100)

    def work(start):
        for number in range(start, start + 500):
            key = number % 97
            found = cache.get(key)
            assert found is None or found.content == str(key).encode()
            cache.put(key, KeptAnswer(str(key).encode(), "text/plain", {}))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(0, 800, 100)))
    held = [cache.get(number) for number in range(97)]
    kept = [answer for answer in held if answer is not None]
    assert cache.held_bytes == sum(len(answer.content) + 1_024 for answer in kept) <= 40 * 1_100
