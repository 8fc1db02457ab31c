"""Carry the cases of phase-type queues from a folder of reference banks into compact JSON beside this script.

Usage: python make_phase_type_golden.py SOURCE_FOLDER

phase_type.json, the mean waits of PH/PH/c, comes from make_golden.py. A cell of a berth table keeps the printed
value as `published` beside the exact one.
"""

import json
import sys
from pathlib import Path

from make_golden import HERE, carry, compact


def berth_cell(case):
    """Return a cell of a berth table: its exact value, the printed one, and whether that agrees."""
    values = {name: entry["value"] for name, entry in case["parameters"].items()}
    return {
        "id": case["id"],
        "model": case["model"],
        "parameters": {"c": values["c"], "rho": values["rho"]},
        "quantity": case["quantity"],
        "value": case["exact_value"],
        "published": case["value"],
        "agrees": case["agrees_with_exact"],
        "tolerance": {"rel": 1e-9},
        "source": compact(case)["source"],
    }


def carry_berth_tables(source):
    """Write the cells of the berth tables; each table's source once."""
    cells = [berth_cell(case) for case in json.loads((source / "P_port_tables.json").read_text("utf-8"))["cases"]]
    sources = {cell["model"]: cell.pop("source") for cell in cells}
    lines = ",\n".join(json.dumps(cell, ensure_ascii=False) for cell in cells)
    head = f'{{"bank": "P_port_tables.json", "sources": {json.dumps(sources, ensure_ascii=False)}, "cases": [\n'
    (HERE / "berth_tables.json").write_text(f"{head}{lines}\n]}}\n", encoding="utf-8")


def carry_wait_probabilities(source):
    """Write the probabilities of a wait in PH/PH/c; laws and sources are those of the mean waits in phase_type.json."""
    cases = [compact(case) for case in json.loads((source / "B_phphc.json").read_text("utf-8"))["cases"]]
    chosen = [case for case in cases if case["quantity"] == "P(wait>0) (arriving customer)"]
    kept = ("id", "model", "quantity", "value", "tolerance")
    lines = ",\n".join(json.dumps({name: case[name] for name in kept}) for case in chosen)
    text = '{"bank": "B_phphc.json", "cases": [\n' + lines + "\n]}\n"
    (HERE / "phase_type_wait_probability.json").write_text(text, encoding="utf-8")


def main(source):
    """Carry all banks."""
    carry_wait_probabilities(source)
    carry(source, "P_deSmit.json", "phase_type_published.json", lambda case: True)
    carry(source, "E_finite_PH.json", "phase_type_finite.json", lambda case: True)
    carry_berth_tables(source)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
