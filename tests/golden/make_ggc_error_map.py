"""Measure the two-moment approximation of GI/G/c against exact PH/PH/c waits; write ggc_error_map.json.

Usage: python make_ggc_error_map.py

Each region gives the number of exact values in it, and the median and the greatest absolute relative error. Regions
without any value, and those where the greatest error exceeds 100 %, are left out: nothing is promised there.
"""

import itertools
import json
from pathlib import Path

import numpy as np

from hubcalc.queueing import ggc_wait_mean_hours

HERE = Path(__file__).parent
ARRIVAL_SCV = ((0.25, 0.5), (1.0, 1.0), (2.0, 4.0))
SERVICE_SCV = ((0.25, 0.5), (1.0, 1.0), (2.0, 4.0))
SERVERS = ((1, 1), (2, 4), (5, 8), (9, 14))
UTILIZATION = ((0.3, 0.5), (0.5, 0.7), (0.7, 0.85), (0.85, 0.95))


def columns():
    """Return arrival scv, service scv, servers, utilization and relative error of every exact value."""
    cases = json.loads((HERE / "phase_type.json").read_text(encoding="utf-8"))["cases"]
    rows = [case["parameters"] for case in cases]
    arrival = np.array([row["interarrival"] if row["interarrival"] != "M" else 1.0 for row in rows], dtype=float)
    service = np.array([row["service"] if row["service"] != "M" else 1.0 for row in rows], dtype=float)
    servers = np.array([row["c"] for row in rows], dtype=float)
    utilization = np.array([row["rho"] for row in rows], dtype=float)
    exact = np.array([case["value"] for case in cases])
    error = ggc_wait_mean_hours(utilization * servers, arrival, 1.0, service, servers) / exact - 1.0
    return arrival, service, servers, utilization, error


def error_map():
    """Return the regions, smallest values first."""
    *axes, error = columns()
    regions = []
    for bounds in itertools.product(ARRIVAL_SCV, SERVICE_SCV, SERVERS, UTILIZATION):
        inside = np.ones(error.shape, dtype=bool)
        for axis, (low, high) in zip(axes, bounds, strict=True):
            inside &= (axis >= low - 1e-9) & (axis <= high + 1e-9)
        size = np.abs(error[inside])
        if size.size and size.max() <= 1.0:
            names = ("arrival_scv", "service_scv", "servers", "utilization")
            measured = {"values": int(size.size), "typical": rounded(np.median(size)), "largest": rounded(size.max())}
            regions.append(dict(zip(names, map(list, bounds), strict=True)) | measured)
    return regions


def rounded(error):
    """Round up to a tenth of a percent; below 1e-8 the formula is exact."""
    return 0.0 if error < 1e-8 else float(np.ceil(error * 1000.0) / 1000.0)


if __name__ == "__main__":
    text = "[\n" + ",\n".join(json.dumps(region) for region in error_map()) + "\n]\n"
    (HERE / "ggc_error_map.json").write_text(text, encoding="utf-8")
