"""Answers about corridors as tables: a summary with one row a scenario, and each list of the results."""

from collections.abc import Iterator
from types import NoneType
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from hubcalc.tables.formats import Column, Table
from hubmodels.corridor_results import (
    CorridorReport,
    EmissionReport,
    EquilibriumReport,
    FlowReport,
    ResilienceReport,
    StormReport,
    TimeCostDistanceReport,
    TransitReport,
)
from hubmodels.paths import split_unit
from hubmodels.results import Verdict

SUMMARY = "summary"
CORRIDOR_VIEWS: dict[type[CorridorReport], tuple[str, ...]] = {
    TransitReport: ("legs", SUMMARY, "alternatives"),
    FlowReport: ("elements", SUMMARY, "demands", "bottlenecks", "ways"),
    EquilibriumReport: ("elements", SUMMARY, "demands", "ways"),
    ResilienceReport: ("outages", SUMMARY),
    TimeCostDistanceReport: ("points", SUMMARY, "indicators"),
    EmissionReport: ("legs", SUMMARY),
    StormReport: ("months", SUMMARY),
}
"""Views of each report; the first is the usual one."""
_COMPARED = (TransitReport, FlowReport, EquilibriumReport, StormReport)
"""Reports of which a chart sets scenarios side by side."""
_NOT_SHOWN = frozenset({"overrides", "warnings"})
_Field = tuple[str, str, tuple[str, ...]]
"""Name of a column, its unit, and the fields that lead to it."""


def usual_view(report: CorridorReport) -> str:
    """Name the view of the usual chart: of one scenario its parts, of several the scenarios themselves."""
    results: list[Any] = report.results  # type: ignore[attr-defined]  # every report has them
    return SUMMARY if len(results) > 1 and isinstance(report, _COMPARED) else CORRIDOR_VIEWS[type(report)][0]


def corridor_table(report: CorridorReport, view: str) -> Table:
    """Make a table of a report: what was changed stands before each row."""
    results: list[Any] = report.results  # type: ignore[attr-defined]  # every report has them
    changed = list(dict.fromkeys(path for result in results for path in result.overrides))
    model = _result_model(type(report))
    shown = model if view == SUMMARY else _item_model(model, view)
    fields = list(_fields(shown))
    rows = []
    for result in results:
        before = [result.overrides.get(path) for path in changed]
        items = [result] if view == SUMMARY else getattr(result, view)
        rows += [[*before, *(_value(item, places) for _, _, places in fields)] for item in items]
    columns = [*map(Column, changed), *(Column(name, unit) for name, unit, _ in fields)]
    return Table(view.removesuffix("s") if view != SUMMARY else "scenario", columns, rows)


def _result_model(report: type[CorridorReport]) -> type[BaseModel]:
    return _item_model(report, "results")


def _item_model(model: type[BaseModel], field: str) -> type[BaseModel]:
    found: type[BaseModel] = get_args(model.model_fields[field].annotation)[0]
    return found


def _fields(model: type[BaseModel], prefix: str = "", places: tuple[str, ...] = ()) -> Iterator[_Field]:
    """Give the scalar fields of a model, those of models inside it too; lists of models are tables of their own."""
    for name, field in model.model_fields.items():
        kind = _without_none(field.annotation)
        here = (*places, name)
        unit = split_unit(field.description or "")[1]
        if name in _NOT_SHOWN or (get_origin(kind) is list and _is_model(get_args(kind)[0])):
            continue
        if kind is not Verdict and _is_model(kind):
            inner = "" if name in ("time", "reliability") else f"{name}_"
            yield from _fields(kind, prefix + inner, here)
        else:
            yield prefix + name, unit, here


def _without_none(annotation: Any) -> Any:
    kept = [kind for kind in get_args(annotation) if kind is not NoneType]
    return kept[0] if NoneType in get_args(annotation) and len(kept) == 1 else annotation


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _value(item: Any, places: tuple[str, ...]) -> Any:
    for place in places:
        if item is None:
            return None
        item = getattr(item, place)
    if isinstance(item, Verdict):
        return item.status
    return " > ".join(map(str, item)) if isinstance(item, list) else item
