"""GET /v1/hubs: filters, pages and tables."""

import csv
import io
from xml.etree import ElementTree

import pytest

import hubfixtures

ALL = sorted(hubfixtures.names())


def ids(response):
    return [item["id"] for item in response.json()["items"]]


def test_lists_all_fixtures_by_id(reader):
    page = reader.get("/v1/hubs").json()
    assert [item["id"] for item in page["items"]] == ALL
    assert (page["total"], page["limit"], page["offset"], page["next_url"]) == (len(ALL), 50, 0, None)


@pytest.mark.parametrize("kind", ["dry_port", "border_crossing", "terminal"])
def test_filters_by_kind(reader, kind):
    assert ids(reader.get(f"/v1/hubs?kind={kind}")) == [h for h in ALL if hubfixtures.load(h).kind == kind] != []


@pytest.mark.parametrize("code", ["KZ", "CN", "kz"])
def test_filters_by_country_in_either_case(reader, code):
    expected = [h for h in ALL if code.upper() in hubfixtures.load(h).countries]
    assert ids(reader.get(f"/v1/hubs?country={code}")) == expected != []


def test_a_country_without_hubs_is_an_empty_list(reader):
    assert ids(reader.get("/v1/hubs?country=NZ")) == []


@pytest.mark.parametrize(
    "query", ["country=Kazakhstan", "country=7Z", "country=%C3%84T", "kind=dryport", "kind=DRY_PORT"]
)
def test_a_filter_that_can_match_nothing_is_an_error(reader, query):
    response = reader.get(f"/v1/hubs?{query}")
    assert response.status_code == 422
    assert response.json()["errors"][0]["allowed"]


@pytest.mark.parametrize("words", ["khorgos", "KHORGOS", "%20khorgos%20"])
def test_searches_words(reader, words):
    found = ids(reader.get(f"/v1/hubs?q={words}"))
    assert {"khorgos-gateway", "altynkol-khorgos", "nur-zholy-khorgos"} <= set(found) < set(ALL)


@pytest.mark.parametrize("words", ["%25", "_horgos", "'%20OR%201=1--", "%00", "%FF", "%F0%9F%92%A9"])
def test_a_search_has_no_wildcards_and_no_injection(reader, words):
    assert ids(reader.get(f"/v1/hubs?q={words}")) == []


def test_filters_join(reader):
    alone = [set(ids(reader.get(f"/v1/hubs?{query}"))) for query in ("kind=dry_port", "country=KZ", "q=gateway")]
    joined = ids(reader.get("/v1/hubs?kind=dry_port&country=KZ&q=gateway"))
    assert "khorgos-gateway" in joined
    assert set(joined) == alone[0] & alone[1] & alone[2]


@pytest.mark.parametrize("limit", [1, 2, 4, len(ALL)])
def test_pages_follow_each_other_to_the_end(reader, limit):
    url, found = f"/v1/hubs?limit={limit}", []
    for _ in range(len(ALL) + 1):
        response = reader.get(url)
        page = response.json()
        assert page["total"] == len(ALL)
        assert 1 <= len(page["items"]) <= limit
        found += ids(response)
        url = page["next_url"]
        if url is None:
            assert "link" not in response.headers
            break
        assert response.headers["link"] == f'<{url}>; rel="next"'
    assert found == ALL


def test_following_pages_keep_the_filters(reader):
    first = reader.get("/v1/hubs?limit=1&country=KZ&q=khorgos").json()
    second = reader.get(first["next_url"]).json()
    assert second["total"] == first["total"] >= 3
    assert second["items"][0]["id"] not in {item["id"] for item in first["items"]}


def test_an_offset_past_the_end_is_an_empty_page(reader):
    page = reader.get("/v1/hubs?offset=1000").json()
    assert (page["items"], page["total"], page["next_url"]) == ([], len(ALL), None)


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=-1", "limit=1001", "limit=x", "limit=1.5", "limit=%D9%A3", f"limit={'9' * 5000}", "offset=-1"],
)
def test_bad_pages(reader, query):
    response = reader.get(f"/v1/hubs?{query}")
    assert response.status_code == 422
    assert response.json()["code"] == "invalid_parameter"
    assert response.json()["errors"][0]["parameter"] == query.partition("=")[0]


@pytest.mark.slow
@pytest.mark.parametrize(("suffix", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_tables_are_never_paged_silently(writer, xian, suffix, delimiter):
    for number in range(46):
        assert writer.put(f"/v1/hubs/copy-{number}", json={**xian, "id": f"copy-{number}"}).status_code == 201
    assert len(writer.get("/v1/hubs").json()["items"]) == 50
    response = writer.get(f"/v1/hubs.{suffix}")
    rows = list(csv.DictReader(io.StringIO(response.text, newline=""), delimiter=delimiter))
    assert len(rows) == 46 + len(ALL)
    assert "link" not in response.headers


@pytest.mark.parametrize("url", ["/v1/hubs.csv?limit=20", "/v1/hubs?format=csv&limit=20"])
def test_a_table_with_a_limit_goes_on_as_a_table(reader, url):
    response = reader.get(url)
    following = response.headers["link"].partition(">")[0].removeprefix("<")
    rest = reader.get(following)
    assert rest.headers["content-type"] == "text/csv; charset=utf-8"
    rows = [row for part in (response, rest) for row in csv.DictReader(io.StringIO(part.text, newline=""))]
    assert [row["id"] for row in rows] == ALL


def test_a_table_says_the_same_as_json(reader):
    items = reader.get("/v1/hubs").json()["items"]
    rows = list(csv.DictReader(io.StringIO(reader.get("/v1/hubs.csv").text, newline="")))
    expected = [{**{k: str(v) for k, v in item.items()}, "countries": " ".join(item["countries"])} for item in items]
    assert [{**row, "updated_at": ""} for row in rows] == [{**item, "updated_at": ""} for item in expected]
    root = ElementTree.fromstring(reader.get("/v1/hubs.xml").text)
    assert [element.findtext("name") for element in root] == [item["name"] for item in items]


def test_the_list_has_an_etag_that_a_change_renews(writer, xian):
    etag = writer.get("/v1/hubs").headers["etag"]
    assert writer.get("/v1/hubs", headers={"If-None-Match": etag}).status_code == 304
    writer.put("/v1/hubs/copy", json={**xian, "id": "copy"})
    assert writer.get("/v1/hubs", headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.slow
def test_hostile_texts_stay_texts_in_every_table(writer, xian):
    names = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        'a,"b" c;d e',
        "a\ufffeb",
        "<&>",
        "Хоргос 霍尔果斯",  # noqa: RUF001  # Khorgos in two scripts
    ]
    for number, name in enumerate(names):
        document = {**xian, "id": f"hostile-{number:02}", "name": name, "summary": "hostile"}
        assert writer.put(f"/v1/hubs/hostile-{number:02}", json=document).status_code == 201
    for suffix, delimiter in (("csv", ","), ("tsv", "\t")):
        text = writer.get(f"/v1/hubs.{suffix}?q=hostile").content.decode()
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))
        assert [row["name"].removeprefix("'") for row in rows] == names
        assert not any(row["name"].startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for row in rows)
    root = ElementTree.fromstring(writer.get("/v1/hubs.xml?q=hostile").content)
    assert root[names.index("<&>")].findtext("name") == "<&>"
    assert len(root) == len(names)
    lines = writer.get("/v1/hubs.txt?q=hostile").content.decode().split("\n")
    assert len(lines) == 1 + len(names) + 1


@pytest.mark.parametrize("name", ["\t=1", "two\nlines", "a\x01b", "end\r"])
def test_names_are_one_line(writer, xian, name):
    response = writer.put("/v1/hubs/copy", json={**xian, "id": "copy", "name": name})
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (422, "/name")
