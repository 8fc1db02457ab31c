"""A sheet whose server has a key: it stands in the address, since formulas can set no header, and in no log."""

import pytest
from counting_server import CountingServer
from flat_sheets import Formula, csv_link, flat_sheet
from live_sheets import analysis_url

KEY = "a-Key_that.needs7%&signs"
WRITTEN = "a-Key_that.needs7%25%26signs"
QUERY = "method=fast&stages.front.cranes=3"


@pytest.fixture(scope="module")
def locked(tmp_path_factory):
    with CountingServer(tmp_path_factory.mktemp("locked"), HUBCALC_API_KEY=KEY) as server:
        yield server


@pytest.mark.slow
def test_the_key_is_in_the_address_and_in_no_log(office, locked, trusted):
    analysis = analysis_url(locked.url)
    cell = f'COM.MICROSOFT.WEBSERVICE("{analysis}/utilization.txt?{QUERY}&errors=text'
    cells = [
        Formula(f'{cell}&key="&COM.MICROSOFT.ENCODEURL([.A5]))'),
        Formula(f'{cell}&key=wrong")'),
        Formula(f'{cell}")'),
        Formula(f'COM.MICROSOFT.WEBSERVICE("{analysis}/utilization.txt?{QUERY}&key=wrong")'),
        KEY,
    ]
    table = csv_link(f"{analysis}.csv?{QUERY}&key={WRITTEN}")
    path = trusted / "locked.fods"
    path.write_text(flat_sheet({"cells": [[cell] for cell in cells], "table": table}), encoding="utf-8")
    with office.open(path) as document:
        shown, linked = document.cells(), document.cells("table")
    assert 0 < float(shown["A1"].text) < 1
    assert shown["A2"].text.startswith("ERR the key is wrong")
    assert shown["A3"].text.startswith("ERR the key is missing")
    assert shown["A4"].error != 0
    assert linked["A2"].number == 3
    said = locked.log()
    assert "utilization.txt" in said
    assert not any(secret in said for secret in (KEY, WRITTEN, "signs", "wrong"))
