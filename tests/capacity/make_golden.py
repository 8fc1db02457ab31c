"""Carry the cases that tests/capacity needs from a bank of capacity examples into compact JSON beside this script.

Usage: python make_golden.py F_capacity.json
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).parent


def compact(case):
    """Return what a test needs; the exact value where the published one is a rule of thumb."""
    exact = case.get("agrees_with_exact") is False or case.get("use_as_target") == "exact_value"
    published = {"published": case["value"]} if exact else {}
    return {
        "id": case["id"],
        "model": case["model"],
        "parameters": {name: entry["value"] for name, entry in case["parameters"].items()},
        "quantity": case["quantity"],
        "value": case["exact_value"] if exact else case["value"],
        **published,
        "tolerance": {"rel": 1e-7} if exact else {key: value for key, value in case["tolerance"].items() if value},
        "source": {key: plain(value) for key, value in case["source"].items() if value},
    }


def plain(text):
    return text.removeprefix("computed in this work: ") if isinstance(text, str) else text


def write(name, cases):
    """Write a case a line; those of one source share it."""
    sources = []
    for case in cases:
        source = case.pop("source")
        if source not in sources:
            sources.append(source)
        case["source"] = sources.index(source)
    lines = ",\n".join(json.dumps(case) for case in cases)
    listed = ",\n".join(json.dumps(source, ensure_ascii=False) for source in sources)
    (HERE / name).write_text(f'{{"sources": [\n{listed}\n], "cases": [\n{lines}\n]}}\n', encoding="utf-8")


def is_about_waits(case):
    return case["id"].startswith(("F-inv-", "F-berth-util-"))


if __name__ == "__main__":
    bank = [compact(case) for case in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["cases"]]
    write("golden_berth_waits.json", [case for case in bank if is_about_waits(case)])
    write("golden_resources.json", [case for case in bank if not is_about_waits(case)])
