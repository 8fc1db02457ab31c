"""Reports as answers: links, tables and single cells."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from hubcalc.api.formats import Column, Table
from hubcalc.version import MODEL_VERSION
from hubmodels.results import AnalysisReport, ScenarioResult, StationResult
from hubmodels.tables import station_columns

_STATUS_ORDER = ("exact", "approximate", "simulated", "unstable", "refused")


def with_links(report: AnalysisReport, *, base_url: str, version: int, scale: str | None) -> AnalysisReport:
    """Name the stored version, and give each scenario an address that will always mean this very result."""
    fixed = {"version": version, "model_version": MODEL_VERSION, **({"scale": scale} if scale else {})}
    address = f"{base_url.rstrip('/')}/v1/hubs/{report.hub.id}/analysis?"
    results = [
        result.model_copy(update={"permalink": address + urlencode({**fixed, **result.overrides})})
        for result in report.results
    ]
    hub = report.hub.model_copy(update={"version": version})
    return report.model_copy(update={"hub": hub, "results": results})


def metrics_table(report: AnalysisReport) -> Table:
    """Make one row a scenario: overrides, metrics, the weakest verdict among them, and warnings."""
    first = report.results[0]
    units = {item.path: item.unit for item in report.evidence}
    columns = [Column(path, units.get(path, "")) for path in first.overrides]
    columns += [Column(name, metric.unit) for name, metric in first.metrics.items()]
    rows = [
        [*result.overrides.values(), *(m.value for m in result.metrics.values()), _weakest(result), _warnings(result)]
        for result in report.results
    ]
    return Table("scenario", [*columns, Column("verdict"), Column("warnings")], rows)


def stations_table(report: AnalysisReport) -> Table:
    """Make one row a stage and scenario."""
    first = report.results[0]
    units = {item.path: item.unit for item in report.evidence}
    names = station_columns()
    columns = [Column(path, units.get(path, "")) for path in first.overrides]
    columns += [Column(name, unit) for name, unit in names.items()]
    columns += [Column("verdict"), Column("method"), Column("expected_error", "1")]
    rows = [[*r.overrides.values(), *_station(s, list(names))] for r in report.results for s in r.stations]
    return Table("station", columns, rows)


def evidence_table(report: AnalysisReport) -> Table:
    """Make one row an input."""
    names = ("path", "value", "unit", "basis", "source", "year", "note", "url")
    return Table(
        "input", [Column(name) for name in names], [[getattr(e, name) for name in names] for e in report.evidence]
    )


def _station(station: StationResult, names: Sequence[str]) -> list[Any]:
    verdict = station.verdict
    return [*(getattr(station, name) for name in names), verdict.status, verdict.method, verdict.expected_error]


def _weakest(result: ScenarioResult) -> str:
    return max((m.verdict.status for m in result.metrics.values()), key=_STATUS_ORDER.index)


def _warnings(result: ScenarioResult) -> str:
    return " ".join(dict.fromkeys(advice.code for advice in result.warnings))
