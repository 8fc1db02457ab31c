"""Cells that show why there is no number, instead of #VALUE!."""

import pytest
from flat_sheets import Formula, flat_sheet
from live_sheets import analysis_url, cell

WRONG = "stages.front.cranes=0"
UNSTABLE = "flow.per_day=40"


@pytest.fixture
def shown(office, server, trusted, request):
    """Return a function that gives what cells show: formulas by what they are about."""

    def show(formulas, locale="en-US"):
        path = trusted / f"{request.node.name}.fods"
        path.write_text(flat_sheet({"cells": [[Formula(text)] for text in formulas.values()]}), encoding="utf-8")
        with office.open(path, locale=locale) as document:
            cells = document.cells()
        return {name: cells[f"A{number}"] for number, name in enumerate(formulas, 1)}

    return show


def fetch(server, metric, *parameters):
    """Write the formula of a cell that shows what the server answers, as it is."""
    return f'COM.MICROSOFT.WEBSERVICE("{analysis_url(server.url)}/{metric}.txt?{"&".join(parameters)}")'


def or_reason(formula):
    """Write a formula that makes a number of what is fetched, and shows it as it is where it is none."""
    return f'IFERROR(NUMBERVALUE({formula};".");{formula})'


@pytest.mark.slow
@pytest.mark.parametrize("name", ["errors", "e"])
def test_the_reason_stands_in_the_cell(shown, server, name):
    wrong = fetch(server, "utilization", WRONG, f"{name}=text")
    cells = shown({"text": wrong, "either": or_reason(wrong), "hidden": fetch(server, "utilization", WRONG)})
    assert cells["text"].text.startswith("ERR stages.front.cranes must be ")
    assert cells["either"].text == cells["text"].text
    assert (cells["text"].error, cells["either"].error) == (0, 0)
    assert cells["hidden"].error != 0, "without errors=text a sheet hides the reason"


def test_every_kind_of_mistake_has_a_reason(shown, server):
    analysis = analysis_url(server.url)
    addresses = {
        "metric": f"{analysis}/utilisation.txt?e=text",
        "path": f"{analysis}/utilization.txt?stages.front.crane=3&e=text",
        "thousands": f"{analysis}/utilization.txt?flow.per_day=1,234&e=text",
        "parameter": f"{analysis}/utilization.txt?methd=fast&e=text",
        "hub": f"{server.url}/v1/hubs/nowhere/analysis/utilization.txt?e=text",
    }
    cells = shown({name: f'COM.MICROSOFT.WEBSERVICE("{address}")' for name, address in addresses.items()})
    assert [name for name, cell in cells.items() if not cell.text.startswith("ERR ") or cell.error] == []
    assert "utilization" in cells["metric"].text
    assert "stages.front.cranes" in cells["path"].text
    assert "1.234" in cells["thousands"].text


@pytest.mark.slow
def test_a_good_cell_is_a_number_with_errors_as_text_too(shown, server):
    good = fetch(server, "utilization", "stages.front.cranes=3", "errors=text", "method=fast")
    number = shown({"good": or_reason(good)})["good"].number
    assert number == pytest.approx(0.7, abs=0.2)


def test_an_endless_wait_is_inf_or_a_text_by_choice(shown, server):
    cells = shown(
        {
            "usual": fetch(server, "wait_mean_hours", UNSTABLE),
            "inf": fetch(server, "wait_mean_hours", UNSTABLE, "unstable=inf"),
            "text": fetch(server, "wait_mean_hours", UNSTABLE, "u=text"),
            "number": or_reason(fetch(server, "wait_mean_hours", UNSTABLE)),
        }
    )
    assert [cells[name].text for name in ("usual", "inf", "number")] == ["inf"] * 3
    assert cells["text"].text.startswith("UNSTABLE platforms grows by ")
    assert all(cell.error == 0 for cell in cells.values())


def test_an_empty_cell_counts_as_not_given(office, server, trusted):
    path = trusted / "empty.fods"
    address = f'"{analysis_url(server.url)}/utilization.txt?method=fast&stages.front.cranes="'
    path.write_text(flat_sheet({"cells": [[None, cell(address + "&[.A1]")], [4.0, cell(address + "&[.A2]")]]}))
    with office.open(path) as document:
        cells = document.cells()
        document.put("A2", 2)
        document.recalculate()
        changed = document.cells()
    assert cells["B1"].error == 0
    assert cells["B1"].number == changed["B1"].number
    assert changed["B2"].number > cells["B2"].number
