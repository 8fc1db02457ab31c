"""A sheet of 200 live cells and a linked table, in a locale with decimal dots and in one with decimal commas."""

import pytest
from live_sheets import CRANES, HUB_ID, INPUTS, METRICS, PAIRS, TABLE_CRANES, TRAINS_PER_DAY, live_sheet

import hubcalc


@pytest.fixture(scope="module", params=["en-US", "de-DE"])
def opened(request, office, server, trusted):
    """Open the sheet once, and give what its cells show and what the server was asked."""
    path = trusted / f"live-{request.param}.fods"
    path.write_text(live_sheet(server.url), encoding="utf-8")
    server.asked()
    with office.open(path, locale=request.param) as document:
        cells = {name: document.cells(name) for name in document.sheets}
        asked = server.asked()
        document.recalculate()
        assert document.cells() == cells["live"]
        return cells, asked, server.asked()


@pytest.mark.slow
def test_live_cells_are_what_the_analysis_answers(opened):
    cells = opened[0]["live"]
    here = hubcalc.analyze(
        HUB_ID, dict(zip(INPUTS, (TRAINS_PER_DAY, CRANES), strict=True)), metrics=METRICS, method="fast"
    )
    rows = {(row[INPUTS[0]], row[INPUTS[1]]): row for row in here.to_rows()}
    for number, pair in enumerate(PAIRS, 1):
        assert (cells[f"A{number}"].number, cells[f"B{number}"].number) == pair
        shown = [cells[f"{column}{number}"].number for column in "CD"]
        assert shown == [rows[pair][metric] for metric in METRICS]


@pytest.mark.parametrize("name", ["area", "sheet"])
def test_linked_tables_are_what_the_analysis_answers(opened, name):
    cells = opened[0][name]
    here = hubcalc.analyze(HUB_ID, {INPUTS[1]: TABLE_CRANES}, metrics=METRICS, method="fast")
    assert cells["A1"].text == "stages.front.cranes [cranes]"
    assert len({address.strip("ABCDE") for address in cells}) == 1 + len(TABLE_CRANES)
    for number, row in enumerate(here.to_rows(), 2):
        assert [cells[f"{c}{number}"].number for c in "ABC"] == [row[name] for name in (INPUTS[1], *METRICS)]


def test_each_address_is_fetched_once(opened):
    """LibreOffice asks with OPTIONS and HEAD before it gets; were HEAD refused, it would get twice or more."""
    _, asked, again = opened
    got = [path for method, path, _ in asked if method == "GET"]
    assert len(got) == len(set(got)) + 1, "the table is linked twice"
    assert len(got) == len(METRICS) * len(PAIRS) + 2
    assert {status for _, _, status in asked} <= {200, 204}
    assert again == [], "what has been fetched is not fetched again"


def test_inputs_are_sent_as_the_locale_writes_them(opened, request):
    paths = [path for method, path, _ in opened[1] if method == "GET"]
    decimal = {"en-US": "4.05", "de-DE": "4,05"}[request.node.callspec.params["opened"]]
    assert any(f"{INPUTS[0]}={decimal}&" in path for path in paths)
