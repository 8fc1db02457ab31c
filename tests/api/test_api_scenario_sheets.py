"""Sheets of scenarios over HTTP: forms that are given out, and sheets that come back."""

import io

import pytest
import python_calamine
import xlsxwriter

KHORGOS = "/v1/hubs/khorgos-gateway/scenario-sheet"
CSV = {"Content-Type": "text/csv"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
GOOD = "scenario,name,front.cranes,flow.per_day\none,One,4,\ntwo,Two,5,12.5\n"
PARTLY = "scenario,front.cranes\nthree,4\nbad,0\n"


def send(client, content, query="", path=KHORGOS, **headers):
    return client.post(f"{path}?{query}", content=content, headers=headers or CSV)


def workbook(rows):
    whole = io.BytesIO()
    with xlsxwriter.Workbook(whole, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Scenarios")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return whole.getvalue()


def count(client):
    return client.get("/v1/scenarios").json()["total"]


def test_a_good_sheet_makes_scenarios(writer):
    response = send(writer, GOOD)
    assert response.status_code == 201
    report = response.json()
    assert report["subject"] == {"kind": "hub", "id": "khorgos-gateway"}
    assert [(item["id"], item["outcome"], item["version"]) for item in report["scenarios"]] == [
        ("one", "created", 1),
        ("two", "created", 1),
    ]
    assert writer.get("/v1/scenarios/two").json()["overrides"] == {
        "stages.front.cranes": 5,
        "flows.westbound.per_day": 12.5,
    }
    answer = writer.get("/v1/hubs/khorgos-gateway/analysis?scenario=two&fields=theoretical_capacity_per_day")
    assert answer.status_code == 200
    assert answer.json()["results"][0]["overrides"] == {"stages.front.cranes": 5, "flows.westbound.per_day": 12.5}


def test_one_bad_cell_keeps_all_out(writer):
    before = count(writer)
    response = send(writer, PARTLY)
    assert response.status_code == 422
    problem = response.json()
    assert problem["code"] == "invalid_sheet"
    assert problem["detail"] == "1 of 2 rows cannot be used, so nothing is stored"
    assert problem["errors"] == [
        {
            "message": "front.cranes: must be >= 1",
            "pointer": "B3",
            "given": "0",
            "allowed": "a whole number from 1 to 10000 [cranes]",
        }
    ]
    assert count(writer) == before


def test_good_rows_are_kept_if_asked_for(writer):
    report = send(writer, PARTLY, "rows=good")
    assert report.status_code == 201
    assert [item["id"] for item in report.json()["scenarios"]] == ["three"]
    (finding,) = report.json()["findings"]
    assert (finding["cell"], finding["row"], finding["column"], finding["scenario"]) == ("B3", 3, "B", "bad")
    assert writer.get("/v1/scenarios/bad").status_code == 404


def test_existing_scenarios_are_refused_or_replaced(writer):
    send(writer, GOOD)
    assert send(writer, GOOD).status_code == 422
    again = send(writer, GOOD, "existing=replace")
    assert again.status_code == 200
    assert {item["outcome"] for item in again.json()["scenarios"]} == {"unchanged"}
    other = send(writer, GOOD.replace("12.5", "13"), "existing=replace")
    assert [(item["outcome"], item["version"]) for item in other.json()["scenarios"]] == [
        ("unchanged", 1),
        ("replaced", 2),
    ]


@pytest.mark.slow
def test_a_dry_run_stores_nothing(writer):
    before = count(writer)
    response = send(writer, PARTLY, "dry_run=true")
    assert response.status_code == 200
    assert response.json()["dry_run"] is True
    assert [item["version"] for item in response.json()["scenarios"]] == [None]
    assert len(response.json()["findings"]) == 1
    assert count(writer) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    "media_type",
    ["text/csv; charset=utf-8", XLSX, ODS, "application/octet-stream", "text/plain", "application/vnd.ms-excel", ""],
)
def test_what_a_file_is_is_seen_from_its_content(writer, media_type):
    rows = [["scenario", "front.cranes"], ["one", 4]]
    for content in (workbook(rows), GOOD.encode(), GOOD.encode("utf-16")):
        response = send(writer, content, "dry_run=true", **{"Content-Type": media_type})
        assert response.status_code == 200, response.text
        assert response.json()["scenarios"][0]["id"] == "one"


def test_a_sheet_is_named(writer):
    content = workbook([["scenario", "front.cranes"], ["one", 4]])
    assert send(writer, content, "dry_run=true&sheet=Scenarios").json()["sheet"] == "Scenarios"
    response = send(writer, content, "sheet=Scenario")
    assert response.status_code == 422
    assert response.json()["errors"][0]["hint"] == "did you mean Scenarios?"


def test_a_browser_sends_a_form(writer):
    files = {"file": ("form.csv", GOOD.encode(), "text/csv")}
    response = writer.post(KHORGOS, files=files)
    assert response.status_code == 201
    assert len(response.json()["scenarios"]) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"files": {"a": ("a.csv", b"x"), "b": ("b.csv", b"x")}}, "2 files"),
        ({"files": {"a": ("a.csv", GOOD.encode())}, "data": {"rows": "good"}}, "more than a file"),
        ({"content": b"--x--\r\n", "headers": {"Content-Type": "multipart/form-data; boundary=x"}}, "no file"),
        ({"content": b"rubbish", "headers": {"Content-Type": "multipart/form-data; boundary=x"}}, "cannot be read"),
        ({"content": b"rubbish", "headers": {"Content-Type": "multipart/form-data"}}, "boundary"),
    ],
)
def test_a_form_has_one_file_and_nothing_else(writer, form, said):
    response = writer.post(KHORGOS, **form)
    assert response.status_code == 400
    assert said in response.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Excel workbook"),
        (workbook([["scenario"], ["one"]])[:-300], "damaged"),
    ],
)
def test_a_file_that_cannot_be_read_is_said(writer, content, said):
    response = send(writer, content, **{"Content-Type": "application/octet-stream"})
    assert response.status_code == 400
    assert response.json()["code"] == "unreadable_sheet"
    assert said in response.json()["detail"]


def test_other_media_types_are_refused_with_what_to_do(writer):
    response = send(writer, GOOD, **{"Content-Type": "application/x-www-form-urlencoded"})
    assert response.status_code == 415
    assert "--data-binary" in response.json()["errors"][0]["hint"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "query", ["rows=some", "existing=keep", "dry_run=1", "dryrun=true", "stages.front.cranes=4", "format=csv"]
)
def test_parameters_are_read_strictly(writer, query):
    before = count(writer)
    assert send(writer, GOOD, query).status_code == 422
    assert count(writer) == before


def test_a_document_that_is_not_there(writer):
    assert send(writer, GOOD, path="/v1/hubs/nowhere/scenario-sheet").status_code == 404
    assert writer.get("/v1/hubs/nowhere/scenario-sheet.csv").status_code == 404


def test_lines_and_corridors_have_sheets_too(writer):
    line = send(writer, "scenario,flow.per_day\non-line,3\n", path="/v1/lines/steppe-line/scenario-sheet")
    assert (line.status_code, line.json()["subject"]["kind"]) == (201, "line")
    path = "/v1/corridors/steppe-corridor/scenario-sheet"
    corridor = send(writer, "scenario,demand.per_day,lines.steppe-line.flow.per_day\non-way,30,2\n", path=path)
    assert (corridor.status_code, corridor.json()["subject"]["kind"]) == (201, "corridor")
    refused = send(writer, "scenario,demand.per_day,lines.steppe-line.flow.per_day\nwrong,-1,x\n", path=path)
    assert [error["pointer"] for error in refused.json()["errors"]] == ["B2", "C2"]
    for name in ("/v1/lines/steppe-line/scenario-sheet.csv", f"{path}.csv"):
        form = writer.get(name)
        assert form.status_code == 200
        assert send(writer, form.content, path=name.removesuffix(".csv")).json()["scenarios"] == []


@pytest.mark.slow
@pytest.mark.parametrize(("suffix", "media_type"), [("csv", "text/csv; charset=utf-8"), ("xlsx", XLSX), ("ods", ODS)])
def test_the_empty_form(writer, suffix, media_type):
    response = writer.get(f"{KHORGOS}.{suffix}")
    assert response.status_code == 200
    assert response.headers["content-type"] == media_type
    again = writer.get(f"{KHORGOS}.{suffix}", headers={"If-None-Match": response.headers["etag"]})
    assert again.status_code == 304
    assert writer.head(f"{KHORGOS}.{suffix}").headers["etag"] == response.headers["etag"]
    back = send(writer, response.content, **{"Content-Type": media_type})
    assert back.status_code == 200
    assert back.json()["scenarios"] == back.json()["findings"] == []


def test_the_form_is_a_workbook_unless_another_format_is_named(reader):
    response = reader.get(KHORGOS)
    assert response.headers["content-type"] == XLSX
    assert response.headers["content-disposition"] == 'attachment; filename="khorgos-gateway-scenario-sheet.xlsx"'
    assert python_calamine.load_workbook(io.BytesIO(response.content)).sheet_names[0] == "Scenarios"


def test_the_form_in_other_shapes(reader):
    asked = "fields=front.cranes,flow.per_day"
    assert reader.get(f"{KHORGOS}.csv?{asked}").text.splitlines()[0] == (
        "scenario,name,base,summary,note,source,stages.front.cranes [cranes],flows.westbound.per_day [units/day]"
    )
    long = reader.get(f"{KHORGOS}.csv?{asked}&shape=long").text.splitlines()
    assert long[:2] == [
        "scenario,path,value,unit,name,base,summary,note,source",
        "# as documented,stages.front.cranes,3,cranes",
    ]
    kept = reader.get(f"{KHORGOS}.csv?fields=front.move_scv&dialect=eu&dl=1")
    assert kept.content.startswith(b"\xef\xbb\xbfscenario;name;")
    assert kept.text.splitlines()[1] == "# as documented;;;;;;0,3"
    assert "attachment" in kept.headers["content-disposition"]


@pytest.mark.parametrize(
    "query", ["fields=front.crane", "header=off", "decimal=comma", "shape=tall", "paths=a", "format=txt"]
)
def test_the_form_refuses_what_says_nothing(reader, query):
    assert reader.get(f"{KHORGOS}?{query}").status_code == 422


def test_a_filled_form_comes_back(writer):
    form = writer.get(f"{KHORGOS}.xlsx?fields=front.cranes,flow.per_day").content
    header, documented = python_calamine.load_workbook(io.BytesIO(form)).get_sheet_by_index(0).to_python()
    filled = workbook([header, documented, ["third-crew", "Third crew", "", "", "", "", 4, 14.5]])
    assert send(writer, filled, **{"Content-Type": XLSX}).status_code == 201
    stored = writer.get("/v1/scenarios/third-crew").json()
    assert stored["overrides"] == {"stages.front.cranes": 4, "flows.westbound.per_day": 14.5}
