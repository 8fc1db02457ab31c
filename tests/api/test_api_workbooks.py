"""Workbooks over HTTP: their files, their ETags, and cells that hold just what the cell endpoint answers."""

import io
import zipfile
from typing import Any

import pytest
from litestar.testing import TestClient
from python_calamine import CalamineWorkbook

KHORGOS = "/v1/hubs/khorgos-gateway"
MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}


def table_of(content: bytes, sheet: str, header: int = 3) -> dict[str, dict[str, Any]]:
    """Give the rows of a table by their first column, each by the names in the header."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    return {str(row[0]): dict(zip(map(str, rows[header]), row, strict=False)) for row in rows[header + 1 :]}


@pytest.mark.slow
@pytest.mark.parametrize("kind", MEDIA_TYPES)
def test_a_workbook_is_a_file_of_its_kind(reader: TestClient[Any], kind: str) -> None:
    response = reader.get(f"{KHORGOS}/workbook.{kind}?method=fast")
    assert response.status_code == 200
    assert response.headers["content-type"] == MEDIA_TYPES[kind]
    assert response.headers["content-disposition"] == f'attachment; filename="khorgos-gateway-workbook.{kind}"'
    assert zipfile.is_zipfile(io.BytesIO(response.content))
    assert response.content == reader.get(f"{KHORGOS}/workbook?method=fast&format={kind}").content


def test_the_suffix_may_be_left_out(reader: TestClient[Any]) -> None:
    response = reader.get("/v1/lines/steppe-line/workbook?method=fast")
    assert response.headers["content-type"] == MEDIA_TYPES["xlsx"]


def test_who_has_it_already_is_told_so(reader: TestClient[Any]) -> None:
    address = f"{KHORGOS}/workbook.xlsx?method=fast&stages.front.cranes=4"
    first = reader.get(address)
    again = reader.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = reader.head(address)
    assert head.headers["etag"] == first.headers["etag"]
    assert head.headers["content-length"] == str(len(first.content))


def test_another_request_has_another_etag(reader: TestClient[Any]) -> None:
    queries = ("method=fast", "method=fast&stages.front.cranes=4", "method=fast&version=1")
    addresses = [f"{KHORGOS}/workbook.{kind}?{query}" for kind in MEDIA_TYPES for query in queries]
    tags = {reader.get(address).headers["etag"] for address in addresses}
    assert len(tags) == len(addresses)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("address", "query"),
    [
        ("/v1/hubs/khorgos-gateway", "method=fast&stages.front.cranes=4"),
        ("/v1/hubs/nur-zholy-khorgos", "method=fast"),
        ("/v1/hubs/xian", "method=exact"),
    ],
)
def test_each_live_cell_holds_what_the_server_answers_for_it(reader: TestClient[Any], address: str, query: str) -> None:
    content = reader.get(f"{address}/workbook.xlsx?{query}").content
    found = {name: row["answer of the server"] for name, row in table_of(content, "Results").items()}
    for stage, row in table_of(content, "Stages").items():
        answers = {head.removeprefix("answer: "): text for head, text in row.items() if head.startswith("answer: ")}
        found |= {f"stages.{stage}.{column}": text for column, text in answers.items()}
    names = list(found)
    lines = reader.get(f"{address}/analysis/cells.txt?{query}&e=text&fields={','.join(names)}").text.split("\n")
    assert dict(zip(names, lines, strict=True)) == found


def test_numbers_are_those_of_the_json(reader: TestClient[Any]) -> None:
    query = "method=fast&flow.per_day=10.5"
    result = reader.get(f"{KHORGOS}/analysis?{query}").json()["results"][0]
    for kind in MEDIA_TYPES:
        rows = table_of(reader.get(f"{KHORGOS}/workbook.{kind}?{query}").content, "Results")
        assert {name: row["value"] for name, row in rows.items()} == {
            name: metric["value"] for name, metric in result["metrics"].items()
        }


def test_live_cells_ask_the_server_that_made_the_file(reader: TestClient[Any]) -> None:
    content = reader.get(f"{KHORGOS}/workbook.xlsx?method=fast", headers={"Host": "hub.example"}).content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("Summary").to_python()
    value = {row[0]: row[1] for row in rows}
    assert value["Server"] == "http://hub.example"
    assert value["Address begins"] == "http://hub.example/v1/hubs/khorgos-gateway/analysis/"


def test_a_scenario_gives_its_overrides(reader: TestClient[Any]) -> None:
    address = "/v1/lines/steppe-line/workbook.xlsx?method=fast&s=steppe-day-and-night"
    several = reader.get(address)
    assert several.status_code == 422
    assert several.json()["errors"][0]["parameter"] == "stages.yard-exit.servers"
    content = reader.get(f"{address}&stages.yard-exit.servers=3").content
    row = table_of(content, "Inputs", header=4)["stages.yard-exit.servers"]
    assert (row["value"], row["basis"], row["query"]) == (3, "override", "&stages.yard-exit.servers=3")
    of_another = reader.get(f"{KHORGOS}/workbook.xlsx?scenario=steppe-day-and-night")
    assert of_another.json()["errors"][0]["parameter"] == "scenario"


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("format=csv", "format"),
        ("shape=long", "shape"),
        ("header=off", "header"),
        ("fields=utilization", "fields"),
        ("stages.front.cranes=3,4", "stages.front.cranes"),
        ("stages.front.crane=3", "stages.front.crane"),
        ("method=best", "method"),
        ("scale=nothing", "scale"),
        ("model_version=1", "model_version"),
    ],
)
def test_what_cannot_be_is_refused_with_its_name(reader: TestClient[Any], query: str, parameter: str) -> None:
    response = reader.get(f"{KHORGOS}/workbook?{query}")
    assert response.status_code in (409, 422)
    assert response.json()["errors"][0]["parameter"] == parameter


def test_an_unknown_hub_is_not_found(reader: TestClient[Any]) -> None:
    assert reader.get("/v1/hubs/nowhere/workbook.xlsx").status_code == 404
