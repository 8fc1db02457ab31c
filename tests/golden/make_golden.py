"""Carry the cases that tests/queueing needs from a folder of reference banks into compact JSON beside this script.

Usage: python make_golden.py SOURCE_FOLDER
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).parent


def compact(case):
    """Return what a test needs; the exact value where the published one is rounded or wrong."""
    parameters = {name: plain(entry) for name, entry in case["parameters"].items()}
    agrees = case.get("agrees_with_exact", True) and case.get("use_as_target") != "exact_value"
    tolerance = {key: value for key, value in case["tolerance"].items() if value}
    source = {key: value for key, value in case["source"].items() if value}
    return {
        "id": case["id"],
        "model": case["model"],
        "parameters": parameters,
        "quantity": case["quantity"],
        "value": case["value"] if agrees else case["exact_value"],
        "tolerance": tolerance if agrees else {"rel": 1e-9},
        "source": "; ".join(str(source[key]) for key in ("title", "authors", "year", "ref", "url") if key in source),
    }


def plain(entry):
    """Return a parameter's value, or its scv where it is a distribution with one."""
    return entry["scv"] if "scv" in entry else entry["value"]


def carry(source, bank, target, wanted):
    """Write the wanted cases of a bank, one a line."""
    cases = json.loads((source / bank).read_text(encoding="utf-8"))["cases"]
    lines = [json.dumps(compact(case), ensure_ascii=False) for case in cases if wanted(case)]
    text = '{"bank": ' + json.dumps(bank) + ', "cases": [\n' + ",\n".join(lines) + "\n]}\n"
    (HERE / target).write_text(text, encoding="utf-8")


def main(source):
    """Carry all banks."""
    mean_wait = "mean_wait_Wq / mean_service"
    carry(source, "A_markovian.json", "markovian.json", lambda case: case["model"] in {"M/M/c", "M/M/c/c"})
    carry(source, "P_misc.json", "textbooks.json", lambda case: case["model"] in {"M/M/1", "M/M/c", "M/M/c/c"})
    carry(
        source,
        "B_det.json",
        "constant_and_general.json",
        lambda case: case["model"] != "D/M/c" and case["quantity"].startswith("mean_wait"),
    )
    carry(source, "B_det.json", "constant_service_delays.json", lambda case: case["quantity"] == "P(wait>0)")
    carry(source, "B_phphc.json", "phase_type.json", lambda case: case["quantity"] == mean_wait)
    carry(source, "E_batch.json", "batches.json", lambda case: True)
    carry(source, "A_markovian.json", "finite_room.json", lambda case: case["model"] == "M/M/c/K")
    carry(
        source,
        "P_misc.json",
        "finite_room_textbooks.json",
        lambda case: case["model"] in {"M/M/c/K", "M/M/c/c inverse"},
    )
    carry(source, "E_finite_source.json", "finite_source.json", lambda case: True)
    carry(source, "E_reneging.json", "reneging.json", lambda case: True)
    carry(source, "E_priority.json", "priorities.json", lambda case: True)
    carry(source, "E_vacation.json", "vacations.json", lambda case: True)
    carry(source, "E_breakdown.json", "breakdowns.json", lambda case: True)
    carry(source, "B_det.json", "constant_arrivals.json", lambda case: case["model"] == "D/M/c")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
