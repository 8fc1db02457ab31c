"""Measure the errors of the approximations for a day against exact chains of M_t/PH/c.

Usage: python benchmarks/time_of_day_error.py [--date YYYY-MM-DD]

Days of 24 hourly intervals that start empty. The error is that of the mean wait over the day. The table that it prints
first is the data of hubcalc/queueing/time_of_day_errors.py.
"""

import argparse
import datetime as dt
import itertools
import os
import platform
from pathlib import Path

import numpy as np

from hubcalc.queueing.time_of_day_general import solve_general_time_of_day

TWO_PEAKS = np.repeat([0.2, 1.8, 1.2, 2.0, 0.4], [6, 4, 5, 4, 5])
CLOSED_NIGHT = np.repeat([0.5, 1.0, 1.6, 0.9], [6, 4, 6, 8])
PROFILES = {"two peaks": (TWO_PEAKS, np.ones(24)), "closed at night": (CLOSED_NIGHT, np.arange(24) >= 6)}
SERVERS = (1, 2, 4, 8)
SCVS = (0.02, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0)
MOST_SERVERS_OF_SCV = {0.02: 1, 0.1: 1, 0.25: 2}
SERVICE_HOURS = (0.1, 0.5, 1.0)
UTILIZATIONS = (0.4, 0.8)
SCV_GROUPS = {"below 1": (0.0, 0.99), "1": (1.0, 1.0), "to 2": (1.01, 2.0), "to 4": (2.01, 4.0)}
SERVER_GROUPS = {"1": (1, 1), "2-4": (2, 4), "5-8": (5, 8)}


def measured(servers: int, scv: float, service: float, utilization: float, profile: str) -> tuple[float, float, float]:
    """Give the exact mean wait of a day, and the relative errors of both approximations."""
    shape, opened = PROFILES[profile]
    rates = shape / shape.sum() * utilization * opened.sum() * servers / service
    waits = [
        float(solve_general_time_of_day(rates, service, scv, opened * servers, method=method).wait_mean_hours)
        for method in ("exact", "birth_death", "fluid")
    ]
    return waits[0], waits[1] / waits[0] - 1.0, waits[2] / waits[0] - 1.0


def summary(rows: np.ndarray) -> str:
    sizes = 100 * np.abs(rows)
    return f"{np.median(sizes):.1f} | {sizes.max():.1f} | {100 * rows.min():+.1f} | {100 * rows.max():+.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--date", default=dt.datetime.now(dt.UTC).date().isoformat())
    parser.add_argument("--output", type=Path, default=Path(__file__).with_suffix(".md"))
    options = parser.parse_args()
    cases, results = [], []
    for case in itertools.product(SERVERS, SCVS, SERVICE_HOURS, UTILIZATIONS, PROFILES):
        if case[0] <= MOST_SERVERS_OF_SCV.get(case[1], 8):
            cases.append(case)
            results.append(measured(*case))
    found = np.array(results)
    lines = [
        "# Errors of the approximations for a day",
        "",
        f"{options.date}, {os.cpu_count()} cores, Python {platform.python_version()}, NumPy {np.__version__}. Made by"
        " `python benchmarks/time_of_day_error.py`.",
        "",
        f"{len(cases)} days of 24 hourly intervals: {SERVERS} servers, scv {SCVS} (0.02 and 0.1 for one server, 0.25"
        f" for up to two), mean service {SERVICE_HOURS} h,"
        f" utilization over the open hours {UTILIZATIONS}; profiles with two peaks of up to twice the mean rate"
        " and with a night closed from 0 to 6. At 0.8 the peaks are overloaded. Relative error of the mean wait over"
        " the day against the exact chain [%]; signed: least and greatest.",
        "",
        "| method | scv | servers | service [intervals] | days | median | largest | least | greatest |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    table = []
    for place, method in ((1, "birth_death"), (2, "fluid")):
        for (scv_name, scv), (count_name, count), service in itertools.product(
            SCV_GROUPS.items(), SERVER_GROUPS.items(), SERVICE_HOURS
        ):
            rows = [
                row[place]
                for case, row in zip(cases, found, strict=True)
                if scv[0] <= case[1] <= scv[1] and count[0] <= case[0] <= count[1] and case[2] == service
            ]
            errors = np.array(rows)
            table.append((method, round(float(np.median(abs(errors))), 3), round(float(abs(errors).max()), 3)))
            lines.append(f"| {method} | {scv_name} | {count_name} | {service} | {len(rows)} | {summary(errors)} |")
    for method in ("birth_death", "fluid"):
        pairs = np.array([row[1:] for row in table if row[0] == method])
        print(method, pairs.reshape(4, 3, 3, 2).tolist())
    options.output.write_text("\n".join([*lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
