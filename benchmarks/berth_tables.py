"""Write docs/berth-tables.md: the waiting tables that port planners copy from each other, beside exact ones.

Run as ``make golden``. The printed cells stand in tests/golden/berth_tables.json, with their sources.
"""

import json
from pathlib import Path
from typing import Any

from hubcalc.queueing import berth_wait_table

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "berth-tables.md"
TABLES = {"E2/E2/c": ("E2/E2/n", 0.5, 0.5), "M/E2/c": ("M/E2/n", 1.0, 0.5), "M/M/c": ("M/M/n", 1.0, 1.0)}
_HEAD = """# Waiting tables for berths, exact

Ports are planned by tables of the mean wait of a vessel in units of its time at berth, by number of berths and berth
utilization. The printed ones go back to simulations and interpolations of decades ago and have been copied ever since,
also into program code. hubcalc computes them ([methods](methods.md), PH/PH/c):

```python
>>> from hubcalc.queueing import berth_wait_table
>>> print(berth_wait_table(arrival_scv=0.5, berths=[1, 2, 3, 4], utilization=[0.5, 0.9]).round(4))
[[0.3904 0.1181 0.0511 0.0257]
 [4.359  2.0478 1.2994 0.934 ]]

```

Below, each cell is exact to four digits after the dot. Where the printed figure is not that value, rounded to its own
digits (two at least), it stands behind in brackets; in **bold** where it is wrong by 5 % or more.
Cells of the printed tables that we could not read are exact too, but compared with nothing. The cell that is off most,
0.0532 for four berths at 0.5, is what belongs to seven berths at 0.7: a slip of the eye, copied ever since.
This page is written by `make golden`.
"""
FAMOUS = {"parameters": {"c": 4, "rho": 0.5}, "model": "E2/E2/c", "published": 0.0532}
"""The cell that two program libraries for ports carry, OpenQTSim and OpenTISim."""

Cell = dict[str, Any]


def cell(exact: float, printed: float | None) -> tuple[str, float]:
    """Give a cell's text, and how wrong the printed figure is if it is not the exact one rounded."""
    text = f"{exact:.4f}"
    # trailing zeros are lost in the bank
    digits = 2 if printed is None else max(2, len(str(printed).partition(".")[2]))
    if printed is None or f"{printed:.{digits}f}" == f"{exact:.{digits}f}":
        return text, 0.0
    error = printed / exact - 1.0
    marked = f"{text} ({printed:.{digits}f})"
    return (f"**{marked}**" if abs(error) >= 0.05 else marked), error


def table(model: str, cells: list[Cell]) -> tuple[list[str], list[tuple[float, str]]]:
    _, arrival, service = TABLES[model]
    found = {(c["parameters"]["c"], c["parameters"]["rho"]): c["published"] for c in cells}
    berths, loads = (sorted({key[i] for key in found}) for i in (0, 1))
    exact = berth_wait_table(arrival, berths, loads, service)
    lines = ["| utilization | " + " | ".join(f"n = {n}" for n in berths) + " |", "|---" * (len(berths) + 1) + "|"]
    wrong = []
    for i, load in enumerate(loads):
        row = []
        for j, count in enumerate(berths):
            text, error = cell(exact[i, j], found.get((count, load)))
            row.append(text)
            if error:
                wrong.append((error, f"n = {count}, utilization {load:g}"))
        lines.append(f"| {load:g} | " + " | ".join(row) + " |")
    return lines, wrong


def main() -> None:
    bank = json.loads((ROOT / "tests" / "golden" / "berth_tables.json").read_text(encoding="utf-8"))
    text = _HEAD
    for model, (name, _, _) in TABLES.items():
        cells = [case for case in (*bank["cases"], FAMOUS) if case["model"] == model]
        lines, wrong = table(model, cells)
        text += f"\n## {name}\n\nPrinted: {bank['sources'][model].partition(' [')[0]}.\n\n"
        text += f"{len(wrong)} of {len(cells)} printed cells are not the exact value rounded"
        if wrong:
            error, place = max(wrong, key=lambda found: abs(found[0]) if found[0] > -1 else 0.0)  # not a lone 0.00
            text += f"; the worst, at {place}, is off by {error:+.0%}"
        text += ".\n\n" + "\n".join(lines) + "\n"
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
