"""Every table that is read over HTTP, in every layout and format: always the same rectangle."""

import re
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import pytest
from litestar.testing import TestClient

from hubcalc.api import create_app
from hubcalc.jobs.engine import Engine
from hubcalc.settings import Settings

sys.path.append(str(Path(__file__).parent.parent / "tables"))

from readback import page, separated, workbook

KHORGOS = "/v1/hubs/khorgos-gateway"
IDS = {
    "hub_id": "khorgos-gateway",
    "line_id": "steppe-line",
    "corridor_id": "steppe-corridor",
    "scenario_id": "steppe-day-and-night",
}
NEEDED = {
    "analysis": {"method": "fast"},
    "clearing": {"queue": "6"},
    "recovery": {"closed_hours": "5"},
    "curve": {"points": "5"},
    "cells": {"fields": "utilization,wait_mean_hours", "method": "fast"},
    "queue": {"arrivals_per_hour": "1..2", "servers": "3..4", "service_hours": "1"},
    "kind": {"lanes": "2..3", "service_minutes": "4"},
    "day": {"method": "fluid"},
}
"""What a route needs, by the end of its path."""
ELSEWHERE = {
    "answer": ("networks", "steppe-loop-shut"),
    "emissions": ("networks", "lianyungang-almaty"),
    "diff": ("own", "more-trains"),
}
"""Of tables that need a document which not all servers of these tests have: which has it, and its id."""
MORE_TRAINS = {
    "kind": "scenario",
    "id": "more-trains",
    "name": "More trains",
    "subject": {"kind": "hub", "id": "khorgos-gateway"},
    "overrides": {"flow.per_day": 13},
}
COMPUTED = ("/analysis", "/diff", "/queue", "/kind", "/cells")
"""Ends of paths where `fields` names what is computed."""
NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]\d+)?")
INVISIBLE = re.compile(r"\s+")


def is_table(operation):
    return "text/csv" in operation.get("responses", {}).get("200", {}).get("content", {})


@pytest.fixture(scope="module")
def paths(reader):
    """Give the paths of all tables that need no job."""
    document = reader.get("/openapi.json").json()["paths"]
    found = [path for path, methods in document.items() if is_table(methods.get("get", {}))]
    return [path for path in found if not path.startswith("/v1/jobs")]


NAMES = [
    "hubs",
    "lines",
    "corridors",
    "scenarios",
    "versions",
    "paths",
    "analysis",
    "cells",
    "curve",
    "day",
    "clearing",
]
NAMES += ["recovery", "transit", "flow", "equilibrium", "resilience", "tcd", "emissions", "storms", "answer", "diff"]
NAMES += ["queue", "capacity", "kind"]


def end_of(path):
    return path.rpartition("/")[2].strip("{}")


def test_all_tables_are_looked_at(paths):
    # one number each, see tests/api/test_api_cells.py; texts about others; and a form to fill in
    others = {"metric", "number", "copy-as", "scenario-sheet"}
    assert {end_of(path) for path in paths} == {*NAMES, *others}


@pytest.fixture(params=NAMES)
def addresses(request, paths):
    """Give the addresses of the tables whose paths end alike, without a format, and what they need."""
    found = [path for path in paths if end_of(path) == request.param]
    needed = NEEDED.get(request.param, {})
    _, other = ELSEWHERE.get(request.param, ("reader", None))
    kinds = {**IDS, "kind": "gate", **({"scenario_id": other, "corridor_id": other} if other else {})}
    return [(re.sub(r"\{(\w+)\}", lambda match: kinds[match[1]], path), needed) for path in found]


def ask(client, address, format_="csv", **more):
    path, needed = address
    return client.get(f"{path}.{format_}?{urlencode({**needed, **more})}")


def got(client, address, format_="csv", **more):
    response = ask(client, address, format_, **more)
    assert response.status_code == 200, (address, more, response.text)
    return response


@pytest.fixture(scope="module")
def own(tmp_path_factory, seeded, checker):
    """Give a client of a server with a scenario that has one value for each input."""
    path = Path(shutil.copy(seeded, tmp_path_factory.mktemp("own") / "hubs.sqlite"))
    engine = Engine(lambda: ThreadPoolExecutor(1), 1)
    with TestClient(create_app(Settings(database=path, seed=False), engine=engine)) as client:
        client.event_hooks = {"response": [checker]}
        assert client.put("/v1/scenarios/more-trains", json=MORE_TRAINS).status_code == 201
        yield client


@pytest.fixture
def client(request, addresses):
    """Give the client of a server that has what the addresses name."""
    name, _ = ELSEWHERE.get(end_of(addresses[0][0]), ("reader", None))
    return request.getfixturevalue(name)


@pytest.fixture
def tables(client, addresses):
    """Give those addresses that have an answer, with it; the corridors have no storms."""
    found = [(address, ask(client, address)) for address in addresses]
    with_answer = [(address, answer.content) for address, answer in found if answer.status_code == 200]
    assert with_answer or addresses[0][0].endswith("/storms")
    return with_answer


@pytest.mark.slow
def test_header_off_drops_exactly_the_first_line(client, tables):
    for address, content in tables:
        assert got(client, address, header="off").content == content.split(b"\r\n", 1)[1], address


def test_the_european_dialect_has_semicolons_and_decimal_commas(client, tables):
    for address, content in tables:
        rows, given = separated(got(client, address, dialect="eu").content, dialect="eu"), separated(content)
        # numbers of the query have a decimal point that the dialect reads alike: the values are the same
        expected = [[c.replace(".", ",") if NUMBER.fullmatch(c) else c for c in row] for row in given[1:]]
        assert [[loose(c) for c in row] for row in rows[1:]] == [[loose(c) for c in row] for row in expected], address
        assert [c for row in rows[1:] for c in row if re.fullmatch(r"-?\d+\.\d+(e[+-]\d+)?", c)] == []


def loose(text):
    """Leave out apostrophes, which stand where another program would break a text."""
    return text.replace("'", "")


def test_a_decimal_comma_alone_keeps_commas_between_values(client, tables):
    for address, content in tables:
        rows, given = separated(got(client, address, decimal="comma").content), separated(content)
        expected = [[c.replace(".", ",") if NUMBER.fullmatch(c) else c for c in row] for row in given[1:]]
        assert rows[1:] == expected, address


@pytest.mark.slow
def test_long_and_wide_hold_the_same_values(client, tables):
    for address, content in tables:
        (head, *rows), (titles, *tidy) = separated(content), separated(got(client, address, shape="long").content)
        place = titles.index("value") - 1
        assert titles[place : place + 3] == ["name", "value", "unit"], address
        names = [title.partition(" [")[0] for title in head]
        before = [title.partition(" [")[0] for title in titles[:place]]
        # a key that is called as a column of the long shape has the name of the item before its own
        keys = [title if title in names else title.partition("_")[2] for title in before]
        assert len(keys) == place, address
        by_row = [dict(zip(names, row, strict=True)) for row in rows]
        measured = [name for name in names if name not in keys]
        expected = [[row[key] for key in keys] + [name, row[name]] for row in by_row for name in measured]
        found = [[loose(c) for c in row[: place + 2]] for row in tidy]
        # a column of units is the last of the long shape
        missing = [line for line in expected if [loose(c) for c in line] not in found]
        assert {line[-2] for line in missing} <= {"unit"}, address
        units = dict(re.fullmatch(r"(.*?)(?: \[(.*)\])?", title).groups() for title in head)
        assert all(row[place + 2] == units[row[place]] for row in tidy if units[row[place]]), address


@pytest.mark.slow
def test_a_page_has_the_same_rectangle(client, tables):
    for address, content in tables:
        response = got(client, address, "html")
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        texts, numbers = page(response.content)
        given = separated(content)
        assert [[INVISIBLE.sub("", loose(c)) for c in row] for row in texts] == [
            [INVISIBLE.sub("", loose(c)) for c in row] for row in given
        ], address
        for row, beside in zip(given[1:], numbers[1:], strict=True):
            assert all(float(n) == float(c) for c, n in zip(row, beside, strict=True) if n is not None)
        assert page(got(client, address, "html", header="off").content)[0] == texts[1:]


@pytest.mark.slow
@pytest.mark.parametrize("format_", ["xlsx", "ods"])
def test_a_workbook_has_the_same_values_in_their_types(client, tables, format_):
    for address, content in tables:
        response = got(client, address, format_)
        assert response.content == got(client, address, format_).content, "the same request, the same bytes"
        numbers = page(got(client, address, "html").content)[1]
        for row, given, beside in zip(workbook(response.content), separated(content), numbers, strict=True):
            for value, text, number in zip(row, given, beside, strict=True):
                if number is not None:
                    assert isinstance(value, float)
                    assert value == float(number)
                else:
                    # whatever else is a text, and is not defused there
                    said = str(value).lower() if isinstance(value, bool) else value
                    assert INVISIBLE.sub("", loose(said)) == INVISIBLE.sub("", loose(text)), address


@pytest.mark.parametrize(("name", "value"), [("shape", "wide"), ("header", "off"), ("dialect", "eu"), ("dl", "1")])
def test_json_has_one_layout(client, addresses, name, value):
    for address in addresses:
        response = ask(client, address, "json", **{name: value})
        assert response.status_code == 422, address
        (problem,) = response.json()["errors"]
        assert (problem["parameter"], problem["given"]) == (name, value)
        assert "csv" in problem["hint"]


def test_fields_choose_columns(client, tables):
    for address, content in tables:
        if address[0].endswith(COMPUTED) or "/capacity/" in address[0]:
            continue
        rows = separated(content)
        names = [title.partition(" [")[0] for title in rows[0]]
        first, second = names[-1], names[0]
        found = separated(got(client, address, fields=f"{first},{second}").content)
        assert found == [[row[-1], row[0]] for row in rows], address
        wrong = ask(client, address, fields=f"{first}x")
        assert wrong.status_code == 422
        assert wrong.json()["errors"][0]["hint"] == f"did you mean {first}?"
        assert ask(client, address, "json", fields=first).status_code == 422


@pytest.mark.slow
def test_an_attachment_has_a_name_and_a_mark_where_excel_needs_it(client, tables):
    for address, content in tables:
        for format_ in ("csv", "html", "xlsx"):
            kept = got(client, address, format_, dl="1").headers["content-disposition"]
            assert re.fullmatch(rf'attachment; filename="[a-zA-Z0-9._-]+\.{format_}"', kept), address
        assert got(client, address, dl="1").content == b"\xef\xbb\xbf" + content
        assert "content-disposition" not in got(client, address, dl="0").headers
        assert "content-disposition" in got(client, address, "ods").headers, "a workbook is a file in any case"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        (f"{KHORGOS}/analysis.csv?fields=utilization&dl=1", "khorgos-gateway-analysis.csv"),
        (f"{KHORGOS}/analysis.txt?view=stations&dl=1", "khorgos-gateway-analysis-stations.txt"),
        ("/v1/hubs.xlsx", "hubs.xlsx"),
        ("/v1/hubs/khorgos-gateway/paths?format=ods", "khorgos-gateway-paths.ods"),
        ("/v1/capacity/yard.csv?view=inputs&dl=1", "capacity-yard-inputs.csv"),
    ],
)
def test_names_of_files(reader, url, name):
    assert reader.get(url).headers["content-disposition"] == f'attachment; filename="{name}"'


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("shape=tall", "shape"),
        ("header=no", "header"),
        ("dialect=de", "dialect"),
        ("decimal=point", "decimal"),
        ("dl=yes", "dl"),
        ("errors=none", "errors"),
        ("format=xml&header=off", "header"),
        ("format=svg&shape=long", "shape"),
        ("format=svg&view=stations&fields=stage", "fields"),
        ("format=vega&dl=1", "dl"),
        ("view=stations&fields=stage,utilisation", "fields"),
        ("format=json&view=stations", "view"),
    ],
)
def test_what_says_nothing_is_refused(reader, query, parameter):
    url = f"{KHORGOS}/analysis?{query}" + ("" if "format=" in query else "&format=csv")
    response = reader.get(url)
    assert response.status_code == 422
    assert response.json()["errors"][0]["parameter"] == parameter


@pytest.mark.parametrize(
    "url",
    [
        "/v1/hubs/khorgos-gateway?header=off",
        "/v1/info?dl=1",
        "/v1/hubs.geojson?shape=long",
        "/v1/corridors/steppe-corridor.geojson?dl=1",
        "/v1/hubs.json?decimal=comma",
        "/v1/hubs.xlsx?dialect=eu",
        "/v1/hubs/khorgos-gateway?errors=document",
        "/v1/info?errors=document",
    ],
)
def test_what_is_no_table_has_no_layout(reader, url):
    response = reader.get(url)
    assert (response.status_code, response.json()["code"]) == (422, "invalid_parameter")


def test_numbers_of_a_query_are_read_in_json_and_charts_too(reader):
    texts = {
        format_: reader.get(f"{KHORGOS}/analysis.{format_}?flow.per_day=10,5;12&decimal=comma&fields=utilization")
        for format_ in ("json", "vega", "csv")
    }
    assert {response.status_code for response in texts.values()} == {200}
    given = [r["overrides"]["flows.westbound.per_day"] for r in texts["json"].json()["results"]]
    assert given == [10.5, 12]
    assert [row[0] for row in separated(texts["csv"].content)[1:]] == ["10,5", "12,0"]


def test_stations_have_fields(reader):
    rows = separated(reader.get(f"{KHORGOS}/analysis.csv?view=stations&fields=stage,utilization").content)
    assert rows[0] == ["stage", "utilization [1]"]
    stations = reader.get(f"{KHORGOS}/analysis").json()["results"][0]["stations"]
    assert [(row[0], float(row[1])) for row in rows[1:]] == [(s["stage"], s["utilization"]) for s in stations]


def test_short_names_are_those_of_the_long(reader):
    url = f"{KHORGOS}/analysis.csv"
    long = reader.get(f"{url}?fields=utilization&method=fast&decimal=comma").content
    assert reader.get(f"{url}?f=utilization&m=fast&d=comma").content == long


def test_layouts_have_etags_of_their_own(reader):
    queries = ["", "&shape=long", "&header=off", "&dialect=eu", "&decimal=comma", "&dl=1", "&fields=bottleneck"]
    answers = [
        reader.get(f"{KHORGOS}/analysis.csv?view=evidence{query}".replace("=bottleneck", "=path")) for query in queries
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.headers["etag"] for answer in answers}) == len(queries)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/analysis", {"hub": "khorgos-gateway", "fields": ["utilization", "wait_mean_hours"]}),
        ("/v1/corridor-analysis", {"corridor": "steppe-corridor", "what": "transit"}),
        ("/v1/simulations", {"hub": "khorgos-gateway", "hours": 1000, "replications": 2}),
    ],
)
def test_answers_to_bodies_have_layouts(reader, path, body):
    def post(query, format_="csv"):
        return reader.post(f"{path}.{format_}?{query}", json=body)

    whole = post("")
    assert whole.status_code == 200, whole.text
    rows = separated(whole.content)
    name = rows[0][-1].partition(" [")[0]
    assert separated(post(f"fields={name}").content) == [row[-1:] for row in rows]
    assert post("header=off").content == whole.content.split(b"\r\n", 1)[1]
    assert "name" in separated(post("shape=long").content)[0]
    assert post("header=off", "json").status_code == 422
    assert len({post(query).headers["etag"] for query in ("", "header=off", "shape=long")}) == 3


def test_texts_of_documents_are_defused_everywhere(writer):
    name = '=HYPERLINK("http://x","free")'
    document = writer.get(KHORGOS).json() | {"name": name, "summary": "one; @two"}
    assert writer.put(KHORGOS, json=document, headers={"If-Match": "*"}).status_code == 200
    rows = separated(writer.get("/v1/hubs.csv?fields=id,name,summary").content)
    assert ["khorgos-gateway", f"'{name}", "one;' @two"] in rows
    assert [f"'{name}"] in page(writer.get("/v1/hubs.html?fields=name").content)[0]
    assert [name] in workbook(writer.get("/v1/hubs.xlsx?fields=name").content)
