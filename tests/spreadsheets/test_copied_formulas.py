"""Formulas that copy-as writes for LibreOffice, put into cells as they are."""

import httpx
import pytest
from flat_sheets import flat_sheet
from live_sheets import analysis_url

GOOD = {"method": "fast", "stages.front.cranes": "3"}
WRONG = "stages.front.cranes=0"


def copied(address, given):
    items = httpx.get(f"{address}/copy-as", params=given, timeout=60).raise_for_status().json()["items"]
    return {item["name"]: item["text"] for item in items}


@pytest.mark.parametrize("locale", ["en-US", "de-DE"])
def test_they_show_the_number_and_the_reason(office, server, trusted, locale):
    metric = f"{analysis_url(server.url)}/utilization"
    texts = copied(metric, GOOD)
    number = float(httpx.get(f"{metric}.txt", params=GOOD, timeout=60).text)
    wrong = {name: text.replace("stages.front.cranes=3", WRONG) for name, text in texts.items()}
    path = trusted / f"copied-{locale}.fods"
    path.write_text(flat_sheet({"cells": [["a sheet"]]}), encoding="utf-8")
    with office.open(path, locale=locale) as document:
        shown = document.evaluate(
            [f"={texts[name][1:]}*2" for name in ("libreoffice", "libreoffice-reason")]
            + [wrong["libreoffice-reason"], wrong["libreoffice"]]
        )
    assert [float(text.replace(",", ".")) for text in shown[:2]] == [pytest.approx(2 * number, abs=1e-6)] * 2
    assert shown[2].startswith("ERR stages.front.cranes must be ")
    assert not shown[3].replace(",", ".").replace(".", "").isdigit()
