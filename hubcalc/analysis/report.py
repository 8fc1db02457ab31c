"""From columns to the result documents: the one place where a row of every column becomes a result."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubcalc.analysis.evidence import input_evidence
from hubcalc.analysis.hub import HubAnalysis, Split
from hubcalc.analysis.metrics import MetricName, Reading, read
from hubcalc.analysis.ranges import MOST_SCENARIOS_WITH_RANGES, Range, metric_ranges
from hubcalc.analysis.rows import at, number
from hubcalc.analysis.stations import StationColumns, station_columns
from hubcalc.analysis.warnings import warnings_of
from hubcalc.scenarios import Scenarios
from hubcalc.version import MODEL_VERSION
from hubmodels import HubBase
from hubmodels.results import (
    AnalysisReport,
    HubReference,
    Metric,
    ScenarioResult,
    TimeSplit,
    Verdict,
)

Groups = Sequence[tuple[HubAnalysis, NDArray[np.intp]]]


def build_report(hub: HubBase, scenarios: Scenarios, groups: Groups, metrics: Sequence[MetricName]) -> AnalysisReport:
    """Build the report of all scenarios."""
    results: list[ScenarioResult | None] = [None] * scenarios.size
    ranged = scenarios.size <= MOST_SCENARIOS_WITH_RANGES
    for analysis, rows in groups:
        readings = {name: read(analysis, name) for name in metrics}
        overridden = {path: column[rows] for path, column in scenarios.columns.items()}
        ranges = metric_ranges(analysis, overridden, metrics) if ranged else {}
        stations = station_columns(analysis)
        for i, row in enumerate(rows):
            results[row] = _result(analysis, readings, ranges, stations, i, scenarios.overrides(int(row)))
    contents = hub.main.contents
    given = {path: _summary(column) for path, column in scenarios.columns.items()}
    return AnalysisReport(
        hub=HubReference(id=hub.id, name=hub.name, kind=getattr(hub, "kind", "")),
        model_version=MODEL_VERSION,
        unit=hub.main.unit,
        content_unit=contents.unit if contents else None,
        results=[result for result in results if result is not None],
        evidence=input_evidence(hub, given),
    )


def _result(
    analysis: HubAnalysis,
    readings: dict[MetricName, Reading],
    ranges: dict[MetricName, Range],
    stations: StationColumns,
    i: int,
    overrides: dict[str, Any],
) -> ScenarioResult:
    rows = stations.rows(i)
    content = analysis.content_split
    contents = analysis.hub.main.contents
    return ScenarioResult(
        overrides=overrides,
        metrics={name: _ranged(metric_of(reading, i), ranges.get(name), i) for name, reading in readings.items()},
        stations=rows,
        time_split=_time_split(analysis.hub.main.unit, analysis.unit_split, i),
        content_time_split=_time_split(contents.unit, content, i) if content and contents else None,
        warnings=warnings_of(analysis, rows, i),
    )


def metric_of(reading: Reading, i: int) -> Metric:
    """Take one scenario's value of a metric, with its verdict."""
    value, error = at(reading.values, i), float(at(reading.error, i))
    if at(reading.refused, i):
        return Metric(value=None, unit=reading.unit, verdict=_no(reading, "refused", reading.reason))
    if at(reading.unstable, i):
        reason = "no steady state: a stage of the main route is loaded at utilization 1 or more"
        return Metric(value=None, unit=reading.unit, verdict=_no(reading, "unstable", reason))
    known = None if np.isnan(error) else error
    verdict = Verdict(
        status="exact" if known == 0 else "approximate",
        method=reading.method,
        expected_error=known,
        reason=reading.reason,
    )
    return Metric(value=str(value) if isinstance(value, str) else number(value), unit=reading.unit, verdict=verdict)


def _ranged(metric: Metric, range_: Range | None, i: int) -> Metric:
    """Add the range; a bound that has no value, since it lies where there is no steady state, stays null."""
    if range_ is None or metric.value is None:
        return metric
    low, high = range_
    return metric.model_copy(update={"low": number(at(low, i)), "high": number(at(high, i))})


def _no(reading: Reading, status: Any, reason: str) -> Verdict:
    return Verdict(status=status, method=reading.method, reason=reason)


def _time_split(unit: str, split: Split, i: int) -> TimeSplit:
    return TimeSplit(
        unit=unit,
        queue_hours=number(at(split.queue, i)),
        service_hours=number(at(split.service, i)),
        synchronization_hours=number(at(split.synchronization, i)),
        closure_hours=number(at(split.closure, i)),
        dwell_hours=number(at(split.dwell, i)),
    )


def _summary(column: NDArray[Any]) -> Any:
    """Sum up the values given for a path: one value, a few, or their range."""
    distinct = np.unique(column)
    if distinct.size <= 12:
        values = distinct.tolist()
        return values[0] if len(values) == 1 else values
    return f"{distinct[0].item()}..{distinct[-1].item()} ({distinct.size} values)"
