"""Charts of a staging study: the staircase under the fan of demand, and the regret of each schedule."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from hubcalc.charts.studies import fan, heat_map
from hubcalc.charts.studies import staircase as staircase_chart
from hubmodels.studies.staging import Expansion, Ruled, Scheduled, Staircase, Worth

_PERCENTILE = re.compile(r"p([1-9][0-9]?)")
_MILLION = 1e6
_MOST_ROWS = 40
"""Schedules that a chart has room for."""


def charts_of(
    name: str,
    unit: str,
    staircase: Staircase,
    regrets: Sequence[Scheduled],
    rule: Ruled,
    expansions: Sequence[Expansion],
) -> dict[str, dict[str, Any]]:
    """Draw a study.

    Parameters
    ----------
    name : str
        Name of the hub.
    unit : str
        Unit of demand and capacity.
    staircase : Staircase
        Capacity under the best schedule, and demand.
    regrets : sequence of Scheduled
        Schedules with their regrets, the best one first.
    rule : Ruled
        The rule that waits and sees.
    expansions : sequence of Expansion
        What can be built.

    Returns
    -------
    dict
        Vega-Lite specifications: `staircase` and `regret`.
    """
    return {"staircase": _staircase(name, unit, staircase, expansions), "regret": _regret(name, regrets, rule)}


def _staircase(name: str, unit: str, found: Staircase, expansions: Sequence[Expansion]) -> dict[str, Any]:
    """Show percentiles as a fan; paths of other names are lines, and so is the capacity then."""
    title = f"{name}: what to build and when"
    quantiles = _percentiles(found.demand_per_day)
    if quantiles is None:
        lines = {**found.demand_per_day, "capacity": found.capacity_per_day}
        return fan(title, "year", found.years, {}, lines, metric="demand and capacity", unit=unit)
    words = {expansion.id: expansion.name or expansion.id for expansion in expansions}
    built = {step.year: ", ".join(words[item] for item in step.expansions) for step in found.steps}
    return staircase_chart(title, found.years, quantiles, found.capacity_per_day, built, unit=unit)


def _percentiles(paths: Mapping[str, Sequence[float]]) -> dict[float, Sequence[float]] | None:
    """Read probabilities off the names of the paths, if all are percentiles.

    >>> _percentiles({"p10": [1.0], "p90": [2.0]}), _percentiles({"base": [1.0]})
    ({0.1: [1.0], 0.9: [2.0]}, None)
    """
    matches = {path: _PERCENTILE.fullmatch(path) for path in paths}
    found = {int(match[1]) / 100: paths[path] for path, match in matches.items() if match}
    return found if len(found) == len(paths) else None


def _regret(name: str, regrets: Sequence[Scheduled], rule: Ruled) -> dict[str, Any]:
    """Show the regret of each schedule on each path; of too many, those moved by a single year first go without."""
    shown = list(regrets)
    for shift in range(1, max((abs(found.moved_years or 0) for found in regrets), default=0)):
        if len(shown) >= _MOST_ROWS:
            shown = [found for found in shown if abs(found.moved_years or 0) != shift]
    rows: list[Worth] = [shown[0], rule, *shown[1:]]
    rows = rows[:_MOST_ROWS]
    paths = list(rule.regret_usd)
    large = max(found.largest_regret_usd for found in rows) >= _MILLION
    unit, scale = ("million USD", _MILLION) if large else ("USD", 1.0)
    values = [[found.regret_usd[path] / scale for path in paths] for found in rows]
    names = [found.name.replace("_", " ") for found in rows]
    title = f"{name}: regret of other schedules"
    return heat_map(title, "demand", paths, "schedule", names, values, unit, metric="regret")
