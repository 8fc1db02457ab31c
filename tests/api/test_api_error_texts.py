"""errors=text: 200, and the reason where a sheet shows it."""

import csv
import io
from xml.etree import ElementTree

import pytest

import hubfixtures
from hubcalc.api.error_texts import STATUS_HEADER
from hubcalc.errors import Problem
from hubcalc.tables.reasons import error_line

URL = "/v1/hubs/khorgos-gateway/analysis"
CRANES = "stages.front.cranes"
WRONG = [
    (f"{URL}/utilization.txt?{CRANES}=0", 422, f"ERR {CRANES} must be >= 1 (given 0)"),
    (f"{URL}/utilization.txt?front.cranes=0", 422, f"ERR {CRANES} must be >= 1 (given 0)"),
    (f"{URL}/utilization?{CRANES}=2.5", 422, f"ERR {CRANES} is not a whole number (given 2.5, allowed a whole number"),
    (f"{URL}/utilization?stages.front.crane=2", 422, f"did you mean {CRANES}?"),
    (f"{URL}/utilization?{CRANES}=%23N/A", 422, "is an error that the sheet sends (given #N/A)"),
    (f"{URL}/utilisation", 404, "ERR no such metric (given utilisation); did you mean utilization?"),
    (f"{URL}/utilization?format=xlxs", 422, "ERR format: not one of the choices (given xlxs"),
    (f"{URL}/utilization.csv?metod=fast", 422, "did you mean method?"),
    (f"{URL}/utilization?model_version=1", 409, "no longer computed"),
    (f"{URL}/utilization?version=9", 404, "ERR "),
    (f"{URL}/utilization?{CRANES}=2&{CRANES}=3", 422, "given twice"),
    (f"{URL}/wait_mean_hours?method=exact", 422, "rests on an approximation"),
    ("/v1/hubs/khorgos-gatewy/analysis/utilization", 404, "did you mean khorgos-gateway?"),
    ("/v1/hubz/khorgos-gateway", 404, "ERR no page at /v1/hubz/khorgos-gateway"),
    ("/v1/hubs/khorgos-gateway/analyses.csv?x=1", 404, "ERR no page at"),
    (f"{URL}.csv?{CRANES}=1..5000", 422, "too many scenarios"),
    ("/v1/queue/wait_mean_hours?arrivals_per_hour=6&service_hours=1", 422, "ERR servers must be given"),
    ("/v1/queue/wait_mean?arrivals_per_hour=6", 404, "ERR no such metric (given wait_mean); did you mean wait_mean_h"),
    ("/v1/capacity/bert/wait_ratio", 404, "did you mean berth?"),
    ("/v1/capacity/berth/wait_ratio?berths=x", 422, "ERR "),
    ("/v1/hubs/nur-zholy-khorgos/analysis/capacity_teu_per_year", 422, "teu_per_unit"),
]


def _with(url, more):
    return f"{url}{'&' if '?' in url else '?'}{more}"


@pytest.mark.parametrize(("url", "status", "said"), WRONG, ids=[url.rpartition("/")[2] for url, _, _ in WRONG])
def test_the_cell_shows_the_reason(reader, url, status, said):
    assert reader.get(url).status_code == status
    for parameter in ("errors=text", "e=text"):
        response = reader.get(_with(url, parameter))
        assert response.status_code == 200
        assert response.headers[STATUS_HEADER] == str(status)
        assert response.headers["cache-control"] == "no-store"
        assert "etag" not in response.headers
        text = response.text.strip().strip('"')
        assert said in text
        assert text.startswith("ERR ")
        assert len(text) <= 255
        assert "\n" not in text


@pytest.mark.parametrize(("url", "status", "said"), WRONG[:8])
def test_head_is_as_get(reader, url, status, said):
    assert reader.head(url).status_code == status
    head, get = (reader.request(method, _with(url, "e=text")) for method in ("HEAD", "GET"))
    assert head.status_code == get.status_code == 200
    assert head.headers[STATUS_HEADER] == get.headers[STATUS_HEADER] == str(status)
    assert head.headers["content-type"] == get.headers["content-type"]
    assert head.headers["content-length"] == get.headers["content-length"]


def test_plain_text_is_bare(reader):
    response = reader.get(f"{URL}/utilization.txt?{CRANES}=0&errors=text")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.content == b"ERR stages.front.cranes must be >= 1 (given 0)", "no newline, no mark"


def test_tables_are_one_cell(reader):
    url = f"{URL}/utilization.{{}}?{CRANES}=many,some&errors=text"
    said = reader.get(url.format("txt")).text
    assert "many,some" in said
    (row,) = csv.reader(io.StringIO(reader.get(url.format("csv")).text))
    assert row == [said], "a comma in the text does not make a second cell"
    (row,) = csv.reader(io.StringIO(reader.get(url.format("csv") + "&dialect=eu").text), delimiter=";")
    assert row == [said]
    assert reader.get(url.format("tsv")).text == f"{said}\r\n"
    xml = reader.get(url.format("xml"))
    assert xml.headers["content-type"].startswith("application/xml")
    root = ElementTree.fromstring(xml.text)
    assert (root.tag, root.text) == ("error", said)
    html = reader.get(url.format("html"))
    assert html.headers["content-type"] == "text/html; charset=utf-8"
    assert f"<td>{said}</td>" in html.text
    for suffix in ("xlsx", "ods", "json"):
        response = reader.get(url.format(suffix))
        assert (response.headers["content-type"], response.text) == ("text/plain; charset=utf-8", said)


def test_markup_in_what_was_given_is_escaped(reader):
    for suffix in ("xml", "html"):
        text = reader.get(f"{URL}/utilization.{suffix}?{CRANES}=%3Cb%3E%26&e=text").text
        assert "<b>" not in text
        assert "&lt;b&gt;&amp;" in text


@pytest.mark.parametrize("given", ["%00%01", "%0Aa%0D%0Ab", "=1%2B1", "%40SUM(A1)", "%EF%BF%BE", "%FF", "a" * 5_000])
def test_whatever_is_given_the_text_is_one_line_and_no_formula(reader, given):
    for url in (f"{URL}/utilization.txt?{CRANES}={given}", f"{URL}/{given}.txt", f"/v1/queue/x.txt?{given}=1"):
        response = reader.get(_with(url, "e=text"))
        assert response.status_code == 200
        assert response.text.startswith("ERR ")
        assert response.text.isprintable()
        assert len(response.text) <= 255


@pytest.mark.parametrize("query", ["", "errors=", "errors=document", "e=", "error=text"])
def test_without_it_errors_are_documents(reader, query):
    response = reader.get(_with(f"{URL}/utilization.txt?{CRANES}=0", query))
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("given", ["txt", "TEXT", "0", "text,text"])
def test_another_way_is_refused(reader, given):
    response = reader.get(f"{URL}/utilization.txt?errors={given}")
    assert response.status_code == 422
    assert response.json()["errors"][0]["parameter"] == "errors"


def test_what_is_right_is_as_without_it(reader):
    plain = reader.get(f"{URL}/utilization.txt?{CRANES}=4")
    asked = reader.get(f"{URL}/utilization.txt?{CRANES}=4&errors=text")
    assert (asked.status_code, asked.content) == (200, plain.content)
    assert STATUS_HEADER not in asked.headers
    assert asked.headers["etag"]


def test_what_writes_keeps_its_status(reader):
    for response in (
        reader.post("/v1/analysis?errors=text", content=b"{}"),
        reader.put("/v1/hubs/x?errors=text", content=b"{}", headers={"If-Match": "*"}),
        reader.delete("/v1/hubs/nowhere?errors=text", headers={"If-Match": "*"}),
    ):
        assert response.status_code >= 400
        assert response.headers["content-type"] == "application/problem+json"


def test_pages_beside_the_interface_keep_their_status(reader):
    assert reader.get("/nowhere?errors=text").status_code == 404


def test_a_fault_of_the_server_is_told_with_the_id_of_the_request(serve, monkeypatch):
    def fail(*_args, **_options):
        raise RuntimeError("secret")

    monkeypatch.setattr("hubcalc.api.cells.CellValues", fail)
    with serve() as client:
        response = client.get(f"{URL}/utilization.txt?e=text", headers={"X-Request-Id": "case-7"})
    assert (response.status_code, response.headers[STATUS_HEADER]) == (200, "500")
    assert "secret" not in response.text
    assert response.text.endswith("request case-7")


def test_a_missing_key_is_told_in_the_cell(serve):
    with serve(api_key="orange-juice") as client:
        response = client.get(f"{URL}/utilization.txt?e=text")
        assert (response.status_code, response.headers[STATUS_HEADER]) == (200, "401")
        assert response.text.startswith("ERR the key is missing")
        wrong = client.get(f"{URL}/utilization.txt?e=text&key=apple-juice")
        assert wrong.text.startswith("ERR the key is wrong")
        assert "apple" not in wrong.text
        assert float(client.get(f"{URL}/utilization.txt?e=text&key=orange-juice").text) < 1


@pytest.mark.parametrize(
    ("problem", "line"),
    [
        (Problem("must be >= 1", "a.b", given=0, allowed="a number from 1"), "ERR a.b must be >= 1 (given 0)"),
        (Problem("is not a number", "a.b", given="x"), "ERR a.b is not a number (given x)"),
        (Problem("no such path", "a.b", allowed="many", hint="did you mean a.c?"), "ERR a.b: no such path; did you"),
        (Problem("not there", pointer="/a/b"), "ERR /a/b: not there"),
        (Problem("one\ntwo\tthree"), "ERR one two three"),
        (Problem("not one", "a", given="x", allowed="y" * 300), "ERR a: not one (given x)"),
    ],
)
def test_lines(problem, line):
    assert error_line("", [problem, Problem("something else")]).startswith(line)


def test_a_line_is_cut_where_a_cell_ends():
    line = error_line("", [Problem("m" * 300, "p" * 300, hint="h" * 300)])
    assert len(line) == 255
    assert line.endswith("…")
    assert error_line("what is said") == "ERR what is said"


@pytest.mark.parametrize(
    "url",
    [
        "/v1/hubs",
        "/v1/hubs/khorgos-gateway/versions",
        "/v1/hubs/khorgos-gateway/paths",
        "/v1/capacity",
        "/v1/jobs",
        f"/v1/scenarios/{hubfixtures.names('scenarios')[0]}/answer",
        "/v1/hubs/khorgos-gateway/analysis",
    ],
)
@pytest.mark.parametrize("said", ["", "format=json&"])
def test_errors_may_be_text_wherever_there_can_be_a_table(reader, url, said):
    plain = reader.get(f"{url}?{said}")
    assert plain.status_code in (200, 404)
    asked = reader.get(f"{url}?{said}errors=text")
    assert asked.status_code == 200
    assert "says nothing" not in asked.text
    wrong = reader.get(f"{url}?{said}errors=text&no-such-parameter=1")
    assert (wrong.status_code, wrong.headers["x-hubcalc-status"]) == (200, "422")
    assert wrong.text.startswith("ERR no-such-parameter")
    refused = reader.get(f"{url}?{said}errors=words")
    assert refused.json()["errors"][0]["allowed"] == "document, text"


def test_errors_of_a_file_of_rows_may_be_text_too(reader):
    url = "/v1/jobs/none/files/rows.csv"
    assert reader.get(url).status_code == 404
    told = reader.get(f"{url}?errors=text")
    assert (told.status_code, told.headers["x-hubcalc-status"]) == (200, "404")
    assert "no such job" in told.text
