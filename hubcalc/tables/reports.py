"""Reports of an analysis as tables."""

from collections.abc import Callable, Sequence
from typing import Any, Literal, get_args

from hubcalc.tables.calculations import remarks
from hubcalc.tables.rectangles import Column, Table, identifying
from hubcalc.tables.statuses import weakest
from hubmodels.results import AnalysisReport, ScenarioResult, StationResult
from hubmodels.tables import station_columns

View = Literal["metrics", "stations", "evidence"]
VIEWS: tuple[View, ...] = get_args(View)


def report_table(report: AnalysisReport, view: View) -> Table:
    """Give one view of a report as a table."""
    return _TABLES[view](report)


def _metrics(report: AnalysisReport) -> Table:
    """Make one row a scenario: overrides, metrics, the weakest verdict among them, and warnings."""
    first = report.results[0]
    units = {item.path: item.unit for item in report.evidence}
    columns = [Column(path, units.get(path, "")) for path in first.overrides]
    keys = [*first.overrides]
    columns += [Column(name, metric.unit) for name, metric in first.metrics.items()]
    rows = [
        [
            *result.overrides.values(),
            *(m.value for m in result.metrics.values()),
            weakest(result.metrics.values()),
            _warnings(result),
        ]
        for result in report.results
    ]
    further = remarks([result.metrics for result in report.results])
    return Table("scenario", [*columns, Column("verdict"), Column("warnings")], rows, keys, further)


def _stations(report: AnalysisReport) -> Table:
    """Make one row a stage and scenario."""
    first = report.results[0]
    units = {item.path: item.unit for item in report.evidence}
    names = station_columns()
    columns = [Column(path, units.get(path, "")) for path in first.overrides]
    columns += [Column(name, unit) for name, unit in names.items()]
    columns += [Column("verdict"), Column("method"), Column("expected_error", "1")]
    rows = [[*r.overrides.values(), *_station(s, list(names))] for r in report.results for s in r.stations]
    return Table("station", columns, rows, (*first.overrides, *identifying([*names])))


def _evidence(report: AnalysisReport) -> Table:
    """Make one row an input."""
    names = ("path", "value", "unit", "basis", "source", "year", "note", "url")
    return Table(
        "input",
        [Column(name) for name in names],
        [[getattr(e, name) for name in names] for e in report.evidence],
        keys=("path",),
    )


def _station(station: StationResult, names: Sequence[str]) -> list[Any]:
    verdict = station.verdict
    return [*(getattr(station, name) for name in names), verdict.status, verdict.method, verdict.expected_error]


def _warnings(result: ScenarioResult) -> str:
    return " ".join(dict.fromkeys(advice.code for advice in result.warnings))


_TABLES: dict[View, Callable[[AnalysisReport], Table]] = {
    "metrics": _metrics,
    "stations": _stations,
    "evidence": _evidence,
}
