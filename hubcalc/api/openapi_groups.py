"""The order in which the OpenAPI document shows what there is: by what it is for, the questions first."""

import re
from typing import Any

from hubcalc.api.access import KEY_HEADER

_WELCOME = """\
Every number comes with its unit, method, source, validity and uncertainty. Try:

* [/v1/hubs.html](/v1/hubs.html): which hubs there are
* [one number](/v1/hubs/khorgos-gateway/analysis/theoretical_capacity_per_day.txt?stages.front.cranes=4): what a fourth
  crane at Khorgos does
* [a table](/v1/hubs/khorgos-gateway/analysis.html?stages.front.cranes=2..6&fields=utilization,dwell_mean_hours) of five
  scenarios, and the [chart](/v1/hubs/khorgos-gateway/analysis.svg?stages.front.cranes=2..6&fields=utilization) of them

Every GET answers HEAD and OPTIONS too. A suffix chooses the format: `.csv`, `.xlsx`, `.html`, `.svg` and others.
"""

_GROUPS = (
    ("Analysis", "Capacity, waits, dwell and bottlenecks of hubs and lines"),
    ("Calculators", "One queue or one resource, without a document"),
    ("Corridors", "Times, flows, bottlenecks, emissions and resilience along a corridor"),
    ("Scenarios", "Stored scenarios, their answers and their differences"),
    ("Studies", "Sweeps, Monte Carlo, sensitivity, sizing and staging, and the jobs that do them"),
    ("Spreadsheets", "Live workbooks, sheets of scenarios, and calls ready to be pasted"),
    ("Documents", "Hubs and lines with their versions and paths"),
    ("Server", "What this server is, and whether it is well"),
)
_MEMBERS = (
    ("Spreadsheets", r"/(copy-as|workbook|scenario-sheet)$"),
    ("Studies", r"^/v1/(jobs|sweeps|montecarlo|sensitivity|sizings|staging)\b"),
    ("Scenarios", r"^/v1/(scenarios|answers)\b"),
    ("Corridors", r"^/v1/corridor"),
    ("Calculators", r"^/v1/(queue|capacity)\b"),
    ("Analysis", r"^/v1/.*\b(analysis|simulations|curve|day|clearing|recovery)\b"),
    ("Documents", r"^/v1/(hubs|lines)\b"),
    ("Server", r""),
)
"""The first pattern that is found in a path tells its group."""


def group_of(path: str) -> str:
    """Name the group that a path belongs to."""
    return next(group for group, pattern in _MEMBERS if re.search(pattern, path))


def arranged(document: dict[str, Any], *, keyed: bool) -> dict[str, Any]:
    """Arrange the document for readers; `keyed` says that calls need the server's key, which the page then asks for.

    HEAD, which is GET without a body wherever there is GET, is left out: it would double the page and every client that
    is generated from it.
    """
    order = [group for group, _ in _GROUPS]
    paths = {
        path: {
            method: {**operation, "tags": [group_of(path)]} for method, operation in methods.items() if method != "head"
        }
        for path, methods in sorted(document["paths"].items(), key=lambda item: order.index(group_of(item[0])))
    }
    tags = [{"name": group, "description": description} for group, description in _GROUPS]
    found = {**document, "info": {**document["info"], "description": _WELCOME}, "tags": tags, "paths": paths}
    if keyed:
        schemes = {"key": {"type": "apiKey", "in": "header", "name": KEY_HEADER}}
        found |= {"components": {**document["components"], "securitySchemes": schemes}, "security": [{"key": []}]}
    return found
