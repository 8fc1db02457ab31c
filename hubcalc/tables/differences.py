"""Scenarios side by side as tables: one row an input, a result, or an effect of one input on one result."""

from collections.abc import Callable
from typing import Any, Literal, get_args

from hubcalc.tables.rectangles import Column, Table
from hubmodels.scenario_diffs import ScenarioDiff

DiffView = Literal["results", "inputs", "effects"]
DIFF_VIEWS: tuple[DiffView, ...] = get_args(DiffView)


def diff_table(diff: ScenarioDiff, view: DiffView) -> Table:
    """Make the table of one view; what belongs to a side has its id in the name of the column."""
    return _TABLES[view](diff)


def _results(diff: ScenarioDiff) -> Table:
    names = [side.id for side in diff.sides]
    columns = [
        *(Column("result"), Column("unit")),
        *(Column(f"value_{name}") for name in names),
        *(Column(f"difference_{name}") for name in names[1:]),
        *(Column(f"relative_difference_{name}", "1") for name in names[1:]),
        *(Column(f"verdict_{name}") for name in names),
    ]
    rows: list[list[Any]] = [
        [
            *(result.name, result.unit),
            *(side.value for side in result.sides),
            *(side.difference for side in result.sides[1:]),
            *(side.relative_difference for side in result.sides[1:]),
            *(side.verdict.status for side in result.sides),
        ]
        for result in diff.results
    ]
    return Table("result", columns, rows, keys=("result",))


def _inputs(diff: ScenarioDiff) -> Table:
    names = [side.id for side in diff.sides]
    columns = [
        *(Column("path"), Column("unit"), Column("document_value")),
        *(Column(f"value_{name}") for name in names),
        *(Column(f"{what}_{name}") for name in names for what in ("stated_by", "basis", "source", "note")),
    ]
    rows: list[list[Any]] = []
    for item in diff.inputs:
        evidence = [text for side in item.sides for text in (side.stated_by, side.basis, side.source, side.note)]
        rows.append([item.path, item.unit, item.document_value, *(side.value for side in item.sides), *evidence])
    return Table("input", columns, rows, keys=("path",))


def _effects(diff: ScenarioDiff) -> Table:
    """Give for each result the effects of its inputs, their interaction, and the whole difference."""
    columns = [
        *(Column("result"), Column("unit"), Column("effect"), Column("path"), Column("difference")),
        *(Column("relative_difference", "1"), Column("reason")),
    ]
    rows: list[list[Any]] = []
    for item in diff.effects:
        size = abs(item.first)
        for cause in item.inputs:
            effect = (cause.path, cause.difference, cause.relative_difference, cause.reason)
            rows.append([item.name, item.unit, "input", *effect])
        for name, value in (("interaction", item.interaction), ("total", item.difference)):
            relative = value / size if value is not None and size else None
            rows.append([item.name, item.unit, name, "", value, relative, ""])
    return Table("effect", columns, rows, keys=("result", "effect", "path"))


_TABLES: dict[DiffView, Callable[[ScenarioDiff], Table]] = {
    "results": _results,
    "inputs": _inputs,
    "effects": _effects,
}
