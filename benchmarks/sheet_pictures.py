"""Draw the pictures of docs/spreadsheets.md: sheets that a real LibreOffice has opened and calculated, as PNG files.

Needs LibreOffice, a Python with `uno`, and pdftoppm: apt-get install libreoffice-calc python3-uno poppler-utils. The
server answers at the address that the page names, so nothing else may.
"""

import sys
import tempfile
from pathlib import Path

import httpx

sys.path.append(str(Path(__file__).parent.parent / "tests" / "spreadsheets"))

from counting_server import CountingServer
from flat_sheets import Content, Formula, Look, Value, csv_link, flat_sheet
from office import Office

IMAGES = Path(__file__).parent.parent / "docs" / "images"
PORT = 8000
HUB_URL = f"http://127.0.0.1:{PORT}/v1/hubs/khorgos-gateway"
METRICS = ("utilization", "wait_mean_hours", "practical_capacity_per_day")


def heading(*names: str) -> list[Value]:
    """Make a row of headings."""
    return [Look(name, "heading") for name in names]


def fetch(metric: str, *rest: str) -> str:
    """Write the formula that fetches a metric; the rest of the address is joined of texts and cells."""
    return f"COM.MICROSOFT.WEBSERVICE({'&'.join([f'{chr(34)}{HUB_URL}/analysis/{metric}.txt?{chr(34)}', *rest])})"


def live_cells() -> Content:
    """Set scenarios of a hub side by side."""
    rows: list[list[Value]] = [heading("trains a day", "cranes", *METRICS)]
    for number, (trains, cranes) in enumerate([(6.5, 2), (8.5, 2), (8.5, 3), (12.5, 3), (12.5, 4)], 2):
        inputs = ('"flow.per_day="', f"[.A{number}]", '"&stages.front.cranes="', f"[.B{number}]")
        cells = [Formula(f'NUMBERVALUE({fetch(metric, *inputs)};".")') for metric in METRICS]
        rows.append([Look(trains, "input"), Look(float(cranes), "input"), *cells])
    return rows


def explained() -> Content:
    """Show mistakes with `errors=text` and without."""
    rows: list[list[Value]] = [heading("cranes", "with errors=text", "without")]
    for number, given in enumerate(["3", "0", "many", "1,234", ""], 2):
        with_text = fetch("utilization", '"errors=text&stages.front.cranes="', f"[.A{number}]")
        without = fetch("utilization", '"stages.front.cranes="', f"[.A{number}]")
        shown = f'IFERROR(NUMBERVALUE({with_text};".");{with_text})'
        rows.append([Look(given, "input"), Formula(shown), Formula(without)])
    return rows


def linked_table() -> Content:
    """Link to a table, which fills the cells below and beside one cell."""
    query = f"stages.front.cranes=2..6&fields={','.join(METRICS)}&method=fast"
    return [[csv_link(f"{HUB_URL}/analysis.csv?{query}")]]


def german() -> Content:
    """Show what becomes of a number with a decimal dot where decimals have a comma."""
    answer = fetch("wait_mean_hours", '"method=fast&flow.per_day="', "[.A2]")
    formulas = (answer, "VALUE([.B2])", 'NUMBERVALUE([.B2];".")', f'{answer[:-1]}&"&decimal=comma")')
    row: list[Value] = [Look(8.5, "input"), *map(Formula, formulas[:3]), Formula(f"VALUE({formulas[3]})")]
    titles = ("trains a day", "WEBSERVICE", "VALUE", "NUMBERVALUE", "VALUE, with decimal=comma")
    return [heading(*titles), row]


SHEETS = {
    "live-cells": (live_cells, (2.8, 2.0, 4.0, 4.2, 6.0), "E6", "en-US"),
    "errors-in-cells": (explained, (2.4, 34.0, 4.0), "C6", "en-US"),
    "linked-table": (linked_table, (5.6, 4.2, 4.4, 8.4, 3.0, 9.0), "E6", "en-US"),
    "decimal-comma": (german, (2.8, 4.6, 3.0, 4.6, 6.6), "E2", "de-DE"),
}
"""By the name of the picture: what is on the sheet, widths of columns in centimetres, the last cell, the locale."""
WORKBOOK = {"workbook-summary": ("Summary", "E24"), "workbook-inputs": ("Inputs", "G20")}
"""By the name of the picture: a sheet of the workbook, and the last cell that is drawn."""
WORKBOOK_DOTS_PER_INCH = 80


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with CountingServer(folder, PORT), Office(folder) as office:
            for name, (content, widths, last, locale) in SHEETS.items():
                path = folder / f"{name}.fods"
                path.write_text(flat_sheet({"sheet": content()}, {"sheet": widths}), encoding="utf-8")
                with office.open(path, locale=locale) as document:
                    document.picture(IMAGES / f"{name}.png", last)
            path = folder / "workbook.xlsx"
            path.write_bytes(httpx.get(f"{HUB_URL}/workbook.xlsx", timeout=120).raise_for_status().content)
            with office.open(path) as document:
                for name, (sheet, last) in WORKBOOK.items():
                    document.picture(IMAGES / f"{name}.png", last, sheet, WORKBOOK_DOTS_PER_INCH)


if __name__ == "__main__":
    main()
