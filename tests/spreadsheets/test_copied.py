"""What `copy-as` gives for spreadsheets, pasted into one."""

import httpx
import pytest
from flat_sheets import csv_link, flat_sheet
from live_sheets import analysis_url

QUERY = "stages.front.cranes=3&method=fast"


def copied(address):
    """Give the ready texts for an address by their names."""
    items = httpx.get(address, timeout=60).raise_for_status().json()["items"]
    return {item["name"]: item["text"] for item in items}


@pytest.mark.slow
@pytest.mark.parametrize("locale", ["en-US", "de-DE"])
@pytest.mark.parametrize("name", ["libreoffice", "libreoffice-reason", "excel-semicolon"])
def test_a_copied_formula_is_the_number(office, server, trusted, name, locale):
    cell = f"{analysis_url(server.url)}/utilization"
    text = copied(f"{cell}/copy-as.json?{QUERY}")[name]
    path = trusted / f"copied-{name}-{locale}.fods"
    path.write_text(flat_sheet({"cells": [[2.0]]}), encoding="utf-8")
    with office.open(path, locale=locale) as document:
        document.put("B1", text)
        document.put("B2", text.replace("cranes=3", 'cranes="&A1&"'))
        cells = document.cells()
    values = [httpx.get(f"{cell}.json?{QUERY.replace('3', cranes)}", timeout=60).json()["value"] for cranes in "32"]
    assert [cells["B1"].number, cells["B2"].number] == values


def test_a_copied_address_is_the_table(office, server, trusted):
    address = copied(f"{analysis_url(server.url)}/copy-as.json?stages.front.cranes=2..4&method=fast")[
        "libreoffice-link"
    ]
    path = trusted / "copied-link.fods"
    path.write_text(flat_sheet({"table": csv_link(address)}), encoding="utf-8")
    with office.open(path) as document:
        cells = document.cells()
    assert [cells[f"A{row}"].number for row in (2, 3, 4)] == [2, 3, 4]
