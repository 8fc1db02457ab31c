"""From columns to the result documents: the one place where a row of every column becomes a result."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubcalc.analysis.evidence import input_evidence
from hubcalc.analysis.hub import HubAnalysis, Split
from hubcalc.analysis.metrics import MetricName, read, withheld
from hubcalc.analysis.ranges import MOST_SCENARIOS_WITH_RANGES, Cases, with_cases
from hubcalc.analysis.stations import StationColumns
from hubcalc.analysis.warnings import mix_warnings, warnings_of
from hubcalc.readings import Reading, at, metric_of, number
from hubcalc.scenarios import Scenarios
from hubcalc.version import MODEL_VERSION
from hubmodels import HubBase
from hubmodels.results import (
    AnalysisReport,
    HubReference,
    Metric,
    ScenarioResult,
    TimeSplit,
)

Groups = Sequence[tuple[HubAnalysis, NDArray[np.intp]]]


def build_report(hub: HubBase, scenarios: Scenarios, groups: Groups, metrics: Sequence[MetricName]) -> AnalysisReport:
    """Build the report of all scenarios; up to ten of them get the ranges of their metrics too."""
    results: list[ScenarioResult | None] = [None] * scenarios.size
    for group, rows in groups:
        overridden = {path: column[rows] for path, column in scenarios.columns.items()}
        cases = with_cases(group, overridden) if scenarios.size <= MOST_SCENARIOS_WITH_RANGES else Cases(group, 1)
        readings = {name: read(cases.analysis, name) for name in metrics}
        stations = StationColumns(cases.analysis)
        for i, row in enumerate(rows):
            found = {name: _ranged(reading, cases, i) for name, reading in readings.items()}
            results[row] = _result(cases.analysis, found, stations, cases.row(i), scenarios.overrides(int(row)))
    # a changed choice makes another document, whose inputs they are
    subject = groups[0][0].hub if len(groups) == 1 else hub
    contents = subject.main.contents
    given = {path: _summary(column) for path, column in scenarios.columns.items()}
    return AnalysisReport(
        hub=HubReference(id=hub.id, name=hub.name, kind=getattr(hub, "kind", "")),
        model_version=MODEL_VERSION,
        unit=subject.main.unit,
        content_unit=contents.unit if contents else None,
        results=[result for result in results if result is not None],
        evidence=input_evidence(subject, given),
    )


def _result(
    analysis: HubAnalysis,
    metrics: dict[MetricName, Metric],
    stations: StationColumns,
    i: int,
    overrides: dict[str, Any],
) -> ScenarioResult:
    rows = stations.rows(i)
    content, contents = analysis.content_split, analysis.hub.main.contents
    return ScenarioResult(
        overrides=overrides,
        metrics=metrics,
        stations=rows,
        time_split=_time_split(analysis, analysis.hub.main.unit, analysis.unit_split, i),
        content_time_split=_time_split(analysis, contents.unit, content, i) if content and contents else None,
        warnings=[*warnings_of(analysis, rows, i), *mix_warnings(analysis, overrides)],
    )


def _ranged(reading: Reading, cases: Cases, scenario: int) -> Metric:
    """Take one scenario's value of a metric with its range; a bound without a steady state stays null."""
    metric, found = metric_of(reading, cases.row(scenario)), cases.range(reading, scenario)
    if found is None or metric.value is None:
        return metric
    return metric.model_copy(update={"low": number(found[0]), "high": number(found[1])})


def _time_split(analysis: HubAnalysis, unit: str, split: Split, i: int) -> TimeSplit:
    told = 1.0 if not at(withheld(analysis), i) else np.nan
    return TimeSplit(
        unit=unit,
        queue_hours=number(told * at(split.queue, i)),
        service_hours=number(at(split.service, i)),
        synchronization_hours=number(told * at(split.synchronization, i)),
        closure_hours=number(told * at(split.closure, i)),
        dwell_hours=number(told * at(split.dwell, i)),
    )


def _summary(column: NDArray[Any]) -> Any:
    """Sum up the values given for a path: one value, a few, or their range."""
    distinct = np.unique(column)
    if distinct.size <= 12:
        values = distinct.tolist()
        return values[0] if len(values) == 1 else values
    return f"{distinct[0].item()}..{distinct[-1].item()} ({distinct.size} values)"
