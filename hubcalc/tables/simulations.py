"""Simulations as tables."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, get_args

from pydantic import BaseModel

from hubcalc.tables.calculations import shown
from hubcalc.tables.rectangles import Column, Table, identifying
from hubmodels.paths import split_unit
from hubmodels.simulation_results import Interval, SimulationReport, TraceRow

SimulationView = Literal["metrics", "flows", "stations", "yards", "trace"]
SIMULATION_VIEWS: tuple[SimulationView, ...] = get_args(SimulationView)


def simulation_table(report: SimulationReport, view: SimulationView) -> Table:
    """Give one view of a simulation as a table; intervals have three columns: the value, `_low` and `_high`."""
    return _TABLES[view](report)


def _metrics(report: SimulationReport) -> Table:
    """Make one row a metric."""
    names = ("metric", "value", "low", "high", "unit", "verdict", "reason")
    rows = [
        [name, shown(each), each.low, each.high, each.unit, each.verdict.status, each.verdict.reason]
        for name, each in report.metrics.items()
    ]
    return Table("metric", [Column(name) for name in names], rows, keys=("metric",))


def _trace(report: SimulationReport) -> Table:
    """Make one row an event."""
    fields = TraceRow.model_fields
    columns = [Column(name, split_unit(field.description or "")[1]) for name, field in fields.items()]
    rows = [[getattr(row, name) for name in fields] for row in report.trace]
    return Table("event", columns, rows, (columns[0].name, *identifying([*fields])))


def _table(item: str, results: Sequence[BaseModel]) -> Table:
    """Make one row a result, whose intervals and parts are spread over columns."""
    rows = [list(_cells(result)) for result in results]
    columns = [Column(name, unit) for name, unit, _ in rows[0]] if rows else [Column(item)]
    keys = identifying([column.name for column in columns])
    return Table(item, columns, [[value for *_, value in row] for row in rows], keys)


def _cells(result: BaseModel) -> Iterator[tuple[str, str, Any]]:
    """Give name, unit and value of each column."""
    for name, field in type(result).model_fields.items():
        value, unit = getattr(result, name), split_unit(field.description or "")[1]
        if isinstance(value, Interval):
            yield from _ends(name, unit, value)
        elif isinstance(value, BaseModel):
            yield from _cells(value)
        elif name == "dwell_quantiles":
            for share, interval in value.items():
                yield from _ends(f"dwell_{share}_hours", unit, interval)
        elif isinstance(value, str):
            yield name, unit, value


def _ends(name: str, unit: str, interval: Interval) -> Iterator[tuple[str, str, float | None]]:
    yield name, unit, interval.value
    yield f"{name}_low", unit, interval.low
    yield f"{name}_high", unit, interval.high


_TABLES: Mapping[SimulationView, Callable[[SimulationReport], Table]] = {
    "metrics": _metrics,
    "flows": lambda report: _table("flow", report.flows),
    "stations": lambda report: _table("station", report.stations),
    "yards": lambda report: _table("yard", report.yards),
    "trace": _trace,
}
