"""Tables that a sheet links to, as CSV, as HTML and as XML: numbers are numbers in every locale."""

from urllib.parse import urlencode

import httpx
import pytest
from flat_sheets import COMMA, GERMAN, SEMICOLON, Formula, csv_link, flat_sheet, html_link
from live_sheets import HUB_ID, analysis_url

import hubcalc

CRANES = "stages.front.cranes"
METRICS = ("utilization", "practical_capacity_per_day")
OVERRIDES = {CRANES: [2, 3, 4], "flows.westbound.per_day": [8.5, 9.25]}


def rows():
    """Give the rows that the table must have."""
    made = hubcalc.analyze(HUB_ID, OVERRIDES, metrics=METRICS, method="fast").to_rows()
    return [[row[name] for name in (*OVERRIDES, *METRICS)] for row in made]


def address(server, format_, separator=",", decimal=".", **parameters):
    query = {
        path: separator.join(f"{value:g}".replace(".", decimal) for value in given) for path, given in OVERRIDES.items()
    }
    named = {"fields": ",".join(METRICS), "method": "fast", **parameters}
    return f"{analysis_url(server.url)}.{format_}?{urlencode({**query, **named}, safe=',;')}"


def linked(office, trusted, content, locale):
    path = trusted / "linked.fods"
    path.write_text(flat_sheet({"table": content}), encoding="utf-8")
    with office.open(path, locale=locale) as document:
        return document.cells()


def numbers(cells, first, last):
    return [[cells[f"{column}{row}"].number for column in "ABCD"] for row in range(first, last + 1)]


@pytest.mark.parametrize("locale", ["en-US", "de-DE"])
@pytest.mark.parametrize("dialect", ["us", "eu"])
def test_a_csv_in_either_dialect(office, server, trusted, locale, dialect):
    if dialect == "eu":
        link = csv_link(address(server, "csv", ";", ",", dialect="eu"), SEMICOLON, GERMAN)
    else:
        link = csv_link(address(server, "csv"), COMMA)
    cells = linked(office, trusted, link, locale)
    assert cells["A1"].text == f"{CRANES} [cranes]"
    assert numbers(cells, 2, 7) == rows()


def test_a_csv_in_german_needs_no_options_of_a_language(office, server, trusted):
    """With dialect=eu the program's own language will do; with decimal dots it does not, and says nothing."""
    eu = csv_link(address(server, "csv", ";", ",", dialect="eu"), SEMICOLON, 0)
    assert numbers(linked(office, trusted, eu, "de-DE"), 2, 7) == rows()
    us = numbers(linked(office, trusted, csv_link(address(server, "csv"), COMMA, 0), "de-DE"), 2, 7)
    assert us != rows()


def test_without_a_header(office, server, trusted):
    cells = linked(office, trusted, csv_link(address(server, "csv", header="off")), "en-US")
    assert numbers(cells, 1, 6) == rows()


@pytest.mark.parametrize("locale", ["en-US", "de-DE"])
def test_a_table_of_a_page(office, server, trusted, locale):
    cells = linked(office, trusted, [[html_link(address(server, "html"))]], locale)
    assert cells["A1"].text.startswith(CRANES)
    assert numbers(cells, 2, 7) == rows()


@pytest.mark.parametrize("locale", ["en-US", "de-DE"])
def test_several_numbers_of_one_answer(office, server, trusted, locale):
    overrides = {path: values[0] for path, values in OVERRIDES.items()}
    query = urlencode({**overrides, "method": "fast", "fields": ",".join(METRICS)}, safe=",")
    formulas = [f'COM.MICROSOFT.WEBSERVICE("{analysis_url(server.url)}.xml?{query}")']
    formulas += [f'COM.MICROSOFT.FILTERXML([.A1];"number(//{name})")' for name in METRICS]
    formulas += [f'NUMBERVALUE(COM.MICROSOFT.FILTERXML([.A1];"//{name}");".")' for name in METRICS]
    formulas += [
        'COM.MICROSOFT.FILTERXML([.A1];"//verdict")',
        'COM.MICROSOFT.FILTERXML([.A1];"string(//utilization/@unit)")',
    ]
    server.asked()
    cells = linked(office, trusted, [[Formula(text)] for text in formulas], locale)
    assert [cells[f"A{row}"].number for row in range(2, 6)] == 2 * rows()[0][2:]
    assert (cells["A6"].text, cells["A7"].text) == ("approximate", "1")
    assert server.counted()["GET"] == 1


@pytest.mark.slow
@pytest.mark.parametrize("locale", ["en-US", "de-DE"])
@pytest.mark.parametrize("format_", ["xlsx", "ods"])
def test_a_table_that_is_a_file_of_a_spreadsheet(office, server, trusted, format_, locale):
    answer = httpx.get(address(server, format_), timeout=60).raise_for_status()
    path = trusted / f"table.{format_}"
    path.write_bytes(answer.content)
    with office.open(path, locale=locale) as document:
        cells = document.cells()
    assert cells["A1"].text.startswith(CRANES)
    assert numbers(cells, 2, 7) == rows()
