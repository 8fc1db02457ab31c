"""Measure the promise that goes with each answer: random hubs, the answers of `auto` and `fast`, and long simulations.

Usage: python benchmarks/promise.py [--hubs 500] [--events 60000000] [--date YYYY-MM-DD]

Each hub of benchmarks/random_real_hubs.py is analyzed by each method and simulated for long. An answer holds if the
truth lies within the error that it states, or within its interval; the truth's own interval of 95 % is counted in.
Hubs are simulated one after the other on all cores, and each is written to benchmarks/promise.jsonl when it is done, so
that the study can be cut off and go on; `--report` only writes the table of what there is.
"""

import argparse
import datetime as dt
import json
import os
import platform
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from random_real_hubs import random_real_hub

import hubcalc
from hubcalc.analysis.programs.simulated import simulate_hub
from hubcalc.documents import parse_hub
from hubcalc.errors import HubcalcError
from hubcalc.version import MODEL_VERSION

CASES = Path(__file__).with_name("promise.jsonl")
TABLE = Path(__file__).with_name("promise.md")
METHODS = ("auto", "fast")
METRICS = {
    "wait": "wait_mean_hours",
    "dwell": "dwell_mean_hours",
    "dwell P50": "dwell_p50_hours",
    "dwell P90": "dwell_p90_hours",
    "dwell P95": "dwell_p95_hours",
    "throughput": "throughput_per_day",
}
TRUTH_SEED = 77_003
LEAST_TOLD_HOURS = 1e-4
"""Shorter dwells are not told apart by a simulation."""
Case = dict[str, Any]


def study(number: int, events: int) -> Case:
    """Analyze and simulate one hub."""
    document = random_real_hub(number)
    kinds = sorted({stage["kind"] for stage in document["stages"].values()})
    case: Case = {"number": number, "model": MODEL_VERSION, "kinds": kinds, "closes": closes(document)}
    for method in METHODS:
        began = time.perf_counter()
        try:
            result = hubcalc.analyze(document, method=method).report.results[0]
        except HubcalcError as error:
            case[method] = {"refused": str(error)}
            continue
        case[method] = {
            "seconds": time.perf_counter() - began,
            "advice": sorted({warning.code for warning in result.warnings}),
            "utilization": result.metrics["utilization"].value,
            "metrics": {name: _answer(result.metrics[key]) for name, key in METRICS.items()},
        }
    began = time.perf_counter()
    truth = simulate_hub(parse_hub(document), precision=0.001, most_events=events, seed=TRUTH_SEED + number)
    case["truth"] = {
        "seconds": time.perf_counter() - began,
        "status": truth.run.status,
        "events": truth.run.events,
        "metrics": {
            name: {"value": truth.metrics[key].value, "half_width": truth.metrics[key].half_width}
            for name, key in METRICS.items()
            if key in truth.metrics
        },
    }
    return case


def _answer(metric: Any) -> Case:
    verdict = metric.verdict
    return {
        "value": metric.value,
        "status": verdict.status,
        "error": verdict.expected_error,
        "half_width": verdict.half_width,
    }


# --- the table


CLOSING = ("calendar", "interruptions", "access")


def closes(document: Case) -> bool:
    """Say whether a stage keeps hours: simulation and formulas then draw the line between wait and closure apart."""
    return any(part in stage for stage in document["stages"].values() for part in CLOSING)


def pairs(cases: list[Case], method: str, name: str) -> Iterator[tuple[Case, Case, Case]]:
    """Give case, answer and truth where both have a value; waits only where they mean the same."""
    for case in cases:
        if name == "wait" and (case["closes"] or "ferry_or_vessel" in case["kinds"]):
            continue
        answer = case[method].get("metrics", {}).get(name)
        truth = case["truth"]["metrics"].get(name)
        if answer and truth and answer["value"] is not None and truth["value"]:
            yield case, answer, truth


def stated(answer: Case) -> float | None:
    """Give the half width of what an answer promises; None where it promises nothing."""
    if answer["half_width"] is not None:
        return float(answer["half_width"])
    if answer["status"] == "exact":
        return 0.0
    return None if answer["error"] is None else float(answer["error"] * abs(answer["value"]))


def holds(answer: Case, truth: Case) -> bool:
    """Say whether the truth lies within what is promised; rounding is forgiven."""
    room = (stated(answer) or 0.0) + (truth["half_width"] or 0.0) + LEAST_TOLD_HOURS
    return abs(answer["value"] - truth["value"]) <= room


def relative(answer: Case, truth: Case, case: Case, name: str) -> float:
    """Give the error of an answer over the truth; a wait's error over the dwell, since most waits are short."""
    scale = case["truth"]["metrics"]["dwell"]["value"] if name == "wait" else truth["value"]
    return float(abs(answer["value"] - truth["value"]) / scale)


def rows(cases: list[Case], method: str) -> Iterator[str]:
    for name in METRICS:
        found = list(pairs(cases, method, name))
        promised = [(answer, truth) for _, answer, truth in found if stated(answer) is not None]
        errors = np.array([relative(answer, truth, case, name) for case, answer, truth in found])
        noise = np.array([(truth["half_width"] or 0.0) / truth["value"] for _, _, truth in found if truth["value"]])
        kept = np.mean([holds(answer, truth) for answer, truth in promised]) if promised else np.nan
        quantiles = " | ".join(f"{100 * value:.2f}" for value in np.quantile(errors, (0.5, 0.9, 0.95)))
        kinds = Counter(answer["status"] for _, answer, _ in found)
        shown = ", ".join(f"{count} {status}" for status, count in kinds.most_common())
        yield (
            f"| {name} | {len(found)} | {shown} | {len(promised)} | {100 * kept:.1f} | {quantiles} |"
            f" {100 * np.median(noise):.2f} |"
        )


def overall(cases: list[Case], method: str) -> str:
    """Say how often a promise holds, over all metrics of times."""
    found = [pair for name in METRICS if name != "throughput" for pair in pairs(cases, method, name)]
    kept = [holds(answer, truth) for _, answer, truth in found if stated(answer) is not None]
    share = f"{100 * np.mean(kept):.1f} %" if kept else "none"
    return f"Of {len(found)} times, {len(kept)} state an error or an interval; the truth lies within in {share}."


REGIONS: dict[str, Callable[[Case], bool]] = {
    "utilization below 0.5": lambda case: case["fast"]["utilization"] < 0.5,
    "utilization 0.5 to 0.8": lambda case: 0.5 <= case["fast"]["utilization"] < 0.8,
    "utilization 0.8 and above": lambda case: case["fast"]["utilization"] >= 0.8,
    "no simulation advised": lambda case: "simulation_advised" not in case["fast"]["advice"],
    "simulation advised": lambda case: "simulation_advised" in case["fast"]["advice"],
}


def regions(cases: list[Case], method: str) -> Iterator[str]:
    """Give the error of the mean dwell by region and by kind of stage."""
    kinds = sorted({kind for case in cases for kind in case["kinds"]})
    chosen = REGIONS | {f"with {kind}": lambda case, kind=kind: kind in case["kinds"] for kind in kinds}
    for region, inside in chosen.items():
        found = [(c, a, t) for c, a, t in pairs(cases, method, "dwell") if inside(c)]
        if found:
            errors = [relative(answer, truth, case, "dwell") for case, answer, truth in found]
            values = " | ".join(f"{100 * value:.2f}" for value in np.quantile(errors, (0.5, 0.9, 0.95)))
            yield f"| {region} | {len(found)} | {values} |"


def report(cases: list[Case], options: argparse.Namespace) -> str:
    steady = [case for case in cases if case["truth"]["status"] == "steady"]
    lines = [
        "# What the verdicts promise, and what is true",
        "",
        f"{options.date}, {os.cpu_count()} cores, Python {platform.python_version()}, NumPy {np.__version__}, model"
        f" version {MODEL_VERSION}. Made by `python benchmarks/promise.py --hubs {options.hubs}"
        f" --events {options.events}`.",
        "",
        f"{len(cases)} random hubs (benchmarks/random_real_hubs.py); {len(steady)} have a steady state that the long"
        f" simulation found; it took {np.median([c['truth']['seconds'] for c in cases]):.1f} s in the median.",
        "",
    ]
    for method in METHODS:
        seconds = [case[method]["seconds"] for case in cases if "seconds" in case[method]]
        refused = sum("refused" in case[method] for case in cases)
        lines += [
            f"## method={method}",
            "",
            f"Time of a full report: median {np.median(seconds):.3f} s, P95 {np.quantile(seconds, 0.95):.3f} s;"
            f" {refused} refused.",
            "",
            overall(steady, method),
            "",
            "| metric | hubs | verdicts | error stated | true [%] | median error [%] | P90 | P95 | truth ± [%] |",
            "|---|---|---|---|---|---|---|---|---|",
            *rows(steady, method),
            "",
            "Errors are relative to the truth, those of the wait to the mean dwell.",
            "",
            "| error of the mean dwell [%] | hubs | median | P90 | P95 |",
            "|---|---|---|---|---|",
            *regions(steady, method),
            "",
        ]
    lines += ["## Steady or not", "", *stability(cases), ""]
    return "\n".join(lines)


def stability(cases: list[Case]) -> Iterator[str]:
    """Compare what the analysis and the simulation say of the steady state."""
    yield "| the analysis says | the simulation says | hubs |"
    yield "|---|---|---|"
    seen: Counter[tuple[str, str]] = Counter()
    for case in cases:
        answer = case["fast"].get("metrics", {}).get("dwell", {"status": "refused"})
        said = answer["status"] if answer["status"] in ("unstable", "refused") else "steady"
        seen[said, case["truth"]["status"]] += 1
    for (said, found), count in seen.most_common():
        yield f"| {said} | {found} | {count} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hubs", type=int, default=500)
    parser.add_argument("--events", type=int, default=60_000_000, help="budget of each long simulation")
    parser.add_argument("--date", default=dt.datetime.now(dt.UTC).date().isoformat())
    parser.add_argument("--report", action="store_true", help="only write the table of the cases there are")
    parser.add_argument(
        "--seconds", type=float, default=float("inf"), help="stop after this time; the next run goes on"
    )
    options = parser.parse_args()
    cases = [json.loads(line) for line in CASES.read_text().splitlines()] if CASES.exists() else []
    done, began = {case["number"] for case in cases}, time.perf_counter()
    for number in () if options.report else range(options.hubs):
        if number not in done and time.perf_counter() - began < options.seconds:
            case = study(number, options.events)
            cases.append(case)
            with CASES.open("a") as file:
                file.write(json.dumps(case) + "\n")
            print(number, case["truth"]["status"], f"{case['truth']['seconds']:.1f} s", flush=True)
    TABLE.write_text(report(cases, options) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
