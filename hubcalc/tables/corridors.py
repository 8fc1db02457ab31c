"""Answers about corridors as tables: a summary with one row a scenario, and each list of the results."""

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel

from hubcalc.tables.models import Field, scalar_fields, value_at, without_none
from hubcalc.tables.rectangles import Column, Table, identifying
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
        rows += [[*before, *(value_at(item, places) for _, _, places in fields)] for item in items]
    columns = [*map(Column, changed), *(Column(name, unit) for name, unit, _ in fields)]
    keys = (*changed, *identifying([name for name, *_ in fields], some=view != SUMMARY))
    return Table(view.removesuffix("s") if view != SUMMARY else "scenario", columns, rows, keys)


def summary_fields(report: type[CorridorReport]) -> list[tuple[Column, bool]]:
    """Give the columns of a report's summary after the inputs, and whether each holds numbers.

    >>> [column.header for column, _ in summary_fields(TransitReport)][4:7]
    ['distance_km [km]', 'cost_usd [USD]', 'mean_hours [h]']
    """
    found = []
    for name, unit, places in _fields(_result_model(report)):
        kind: Any = _result_model(report)
        for place in places:
            kind = without_none(kind.model_fields[place].annotation)
        found.append((Column(name, unit), kind in (float, int)))
    return found


def _result_model(report: type[CorridorReport]) -> type[BaseModel]:
    return _item_model(report, "results")


def _item_model(model: type[BaseModel], field: str) -> type[BaseModel]:
    found: type[BaseModel] = get_args(model.model_fields[field].annotation)[0]
    return found


def _fields(model: type[BaseModel]) -> Iterator[Field]:
    return scalar_fields(model, _NOT_SHOWN, ("time", "reliability"))
