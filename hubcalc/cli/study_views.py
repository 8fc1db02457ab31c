"""Which tables of studies the screen shows, with which columns, and tables that are made for it alone."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hubcalc.tables import Table
    from hubmodels.studies.base import StudyResult
    from hubmodels.studies.sizing import SizingResult
    from hubmodels.studies.staging import StagingResult
    from hubmodels.studies.sweep import SweepResult

SHOWN: dict[str, tuple[str, ...]] = {
    "sweep": ("summaries",),
    "montecarlo": ("metrics.percentiles", "targets", "choices.shares", "metrics.importance"),
    "sensitivity": ("tornado.bars", "elasticities.inputs", "sobol.inputs"),
    "sizing": ("items", "targets", "neighbors"),
    "staging": ("levels", "triggers", "staircase.steps", "regrets"),
}
"""Tables that are shown of each kind, besides those of `own_tables`; all others by --view."""
SHOWN_COLUMNS: dict[str, tuple[str, ...]] = {
    "summaries": ("name", "unit", "least", "mean", "greatest", "least_row", "greatest_row"),
    "metrics.percentiles": ("percent", "value", "low", "high"),
    "metrics.importance": ("path", "variance_share", "rank_correlation"),
    "tornado.bars": ("path", "low_input", "high_input", "at_low", "at_high", "swing"),
    "elasticities.inputs": ("path", "elasticity", "per_unit", "unit_of_change"),
    "sobol.inputs": ("path", "first", "first_low", "first_high", "total", "total_low", "total_high"),
    "items": ("path", "value", "present", "unit", "capital_usd", "cost_usd_per_year"),
    "targets": (
        *("metric", "unit", "at_most", "at_least", "value", "margin", "binds", "saving_usd_per_year"),
        *("missed_value", "missed_low", "missed_high"),
    ),
    "neighbors": ("path", "value", "cost_change_usd_per_year", "missed"),
    "levels": ("expansion", "capacity_per_day", "added_per_day", "bottleneck", "next_bottleneck"),
    "regrets": ("name", "expected_npv_usd", "gain_usd", "largest_regret_usd", "worse_than_nothing_share"),
}
"""Columns that are shown where a table has more than the screen holds; --csv has all."""
GROUPED: dict[str, str] = {
    "metrics.percentiles": "name",
    "choices.shares": "name",
    "metrics.importance": "name",
    "tornado.bars": "metric",
    "elasticities.inputs": "metric",
    "sobol.inputs": "metric",
}
"""Tables of which each metric has a block of its own, and the field that names the metric."""
TITLES: dict[str, str] = {
    "metrics.percentiles": "Percentiles",
    "choices.shares": "Shares",
    "metrics.importance": "What to measure first: inputs",
    "tornado.bars": "Tornado",
    "elasticities.inputs": "Elasticities",
    "sobol.inputs": "Sobol indices",
    "neighbors": "One step up or down",
    "staircase.steps": "What is built, and the capacity before and after",
    "regrets": "Regrets: early, late or never",
}
_FEW = 3
_MOST_CHOICES = 4
"""Inputs of a mix that the table of the front has columns for."""
_MOST_POINTS = 15
_MOST_INVALID = 5


def least_rows(blocks: int, most: int) -> int:
    """Give how many rows a block may have where there are several.

    >>> [least_rows(blocks, 15) for blocks in (1, 3, 14)]
    [15, 8, 5]
    """
    return most if blocks <= 1 else 8 if blocks <= _FEW else 5


def is_shown(view: str, table: "Table", row: Sequence[Any]) -> bool:
    """Say whether a row is shown: of the regrets those of the least regret, of a year early or late, and of never."""
    if view != "regrets":
        return True
    value = dict(zip((column.name for column in table.columns), row, strict=True))
    if value["expansion"] is None:
        return bool(value["name"] == "least_regret")
    return value["moved_years"] in (-1, 1, None)


def own_tables(found: "StudyResult", rows: Sequence[Mapping[str, Any]]) -> "Iterator[tuple[str, Table]]":
    """Make the tables that stand first on the screen: rows, invalid rows, the worth of plans, the front."""
    made: Any = {"sweep": _sweep, "staging": _worth, "sizing": _front}.get(found.kind)
    if made is not None:
        yield from made(found, rows) if found.kind == "sweep" else made(found)


def _sweep(found: "SweepResult", rows: Sequence[Mapping[str, Any]]) -> "Iterator[tuple[str, Table]]":
    from hubcalc.tables import Column, Table

    if rows:
        columns = [Column(column.name, column.unit) for column in found.columns if column.name != "reason"]
        if all(row.get("status") == "ok" for row in rows):
            columns = [column for column in columns if column.name != "status"]
        yield "Rows", Table("row", columns, [[row.get(column.name) for column in columns] for row in rows])
    if found.first_invalid:
        reasons = [[item["row"], item["reason"]] for item in found.first_invalid[:_MOST_INVALID]]
        yield "First rows that could not be", Table("row", [Column("row"), Column("reason")], reasons)


def _worth(found: "StagingResult") -> "Iterator[tuple[str, Table]]":
    from hubcalc.tables import Column, Table

    best, rule, nothing = found.best, found.rule, found.nothing
    known = best.expected_npv_usd + found.perfect_information_usd
    rows = [
        ["best schedule, fixed today", best.expected_npv_usd, best.gain_usd, best.largest_regret_usd],
        [
            f"wait and see, decide at {rule.share * 100:g}% of the capacity",
            *(rule.expected_npv_usd, rule.gain_usd, rule.largest_regret_usd),
        ],
        ["hindsight, the path known today", known, known - nothing.expected_npv_usd, 0.0],
        ["nothing built", nothing.expected_npv_usd, 0.0, nothing.largest_regret_usd],
    ]
    columns = [Column("plan"), *(Column(name, "USD") for name in ("expected_npv", "gain", "largest_regret"))]
    yield "What plans are worth", Table("row", columns, rows)


def _front(found: "SizingResult") -> "Iterator[tuple[str, Table]]":
    from hubcalc.tables import Column, Table

    if found.front is None or not found.front.points:
        return
    front = found.front
    paths = list(front.points[0].values)
    shown = paths if len(paths) <= _MOST_CHOICES else []
    columns = [Column("cost", "USD/year"), Column(front.metric, front.unit), *(Column(path) for path in shown)]
    points = front.points[:_MOST_POINTS]
    rows = [[point.cost_usd_per_year, point.value, *(point.values[path] for path in shown)] for point in points]
    count = f", the first {len(points)} of {len(front.points)} points" if len(points) < len(front.points) else ""
    yield f"Cost against {front.metric}{count}", Table("row", columns, rows)
