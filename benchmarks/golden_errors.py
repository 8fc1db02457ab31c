"""Compare hubcalc with every golden case and write docs/golden.md: the cases by group, with the largest error of each.

Run as ``make golden``. The comparisons are those of the tests, which add each to a file.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "golden.md"
_HEAD = """# Golden cases

Reference values that owe nothing to hubcalc: published tables and examples, multiprecision evaluations, other solvers.
Each case names its source in `tests/golden/` or `tests/capacity/`. This page is written by `make golden` from the very
comparisons that the tests make. Where a published figure is wrong or rounded, the exact value is the target.

The error is relative to the case's value, in the worst case of a group; for cases whose value is 0 it is absolute. The
last column is the largest part of its tolerance that a case of the group uses up (1 would be on the edge): simulated
and published values have tolerances of their own. Approximations of networks stand in
[network_error.md](../benchmarks/network_error.md).

"""


def recorded() -> list[dict[str, Any]]:
    """Run the tests that compare with golden cases; give each comparison."""
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "record.jsonl"
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-k", "golden", "tests/queueing", "tests/capacity"],
            cwd=ROOT,
            check=True,
            env={**os.environ, "HUBCALC_GOLDEN_RECORD": str(record)},
            stdout=sys.stderr,
        )
        return [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]


def relative(case: dict[str, Any]) -> float:
    return float(case["error"] / abs(case["value"]) if case["value"] else case["error"])


def quantity(case: dict[str, Any]) -> str:
    """Name what was compared, without the station, class or time that it was compared at."""
    text = re.sub(r" \(.*?\)", "", str(case["quantity"]))
    text = re.sub(r",? (at|of) \w+( station)?( class \d+)?$|\(t\) at t=.*", "", text)
    text = re.sub(r" at t=.*| (station|class) \w+", "", text)
    return text.split(" = ")[0].partition(", both")[0]


def table(cases: list[dict[str, Any]]) -> str:
    groups: dict[tuple[str, str, str], dict[str, dict[str, Any]]] = defaultdict(dict)
    for case in cases:
        kind = "published" if case["id"].startswith(("P-", "F-")) else "computed"
        groups[case["model"], quantity(case), kind][case["id"]] = case  # a case may be compared twice
    lines = [
        "| model | quantity | reference | cases | largest error | part of tolerance |",
        "|---|---|---|---:|---:|---:|",
    ]
    for (model, what, kind), group in sorted(groups.items()):
        worst = max(map(relative, group.values()))
        part = max(case["error"] / case["allowed"] if case["allowed"] else 0.0 for case in group.values())
        lines.append(f"| {model} | {what} | {kind} | {len(group)} | {worst:.1e} | {part:.2g} |")
    total = len({case["id"] for case in cases})
    return f"{total} cases in {len(groups)} groups.\n\n" + "\n".join(lines) + "\n"


def main() -> None:
    text = _HEAD + table(recorded())
    PAGE.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
