"""From columns to the result documents: the one place where a row of every column becomes a result."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubcalc.analysis.balance import balance_of
from hubcalc.analysis.evidence import input_evidence
from hubcalc.analysis.hub import HubAnalysis
from hubcalc.analysis.metrics import MetricName, read, withheld
from hubcalc.analysis.ranges import MOST_SCENARIOS_WITH_RANGES, Cases, with_cases
from hubcalc.analysis.simulated_rows import SIMULATED_METRICS, simulated_split, simulated_station
from hubcalc.analysis.splits import Split
from hubcalc.analysis.stations import StationColumns
from hubcalc.analysis.warnings import mix_warnings, warnings_of
from hubcalc.readings import Reading, at, metric_of, number
from hubcalc.scenarios import Scenarios
from hubcalc.version import MODEL_VERSION
from hubmodels import HubBase
from hubmodels.results import (
    AnalysisReport,
    Balance,
    HubReference,
    Metric,
    ScenarioResult,
    TimeSplit,
)

ABOUT_TIMES = frozenset({"error_unknown", "simulation_advised"})
"""Warnings that say nothing where only capacities are asked for."""
Groups = Sequence[tuple[HubAnalysis, NDArray[np.intp]]]


def build_report(hub: HubBase, scenarios: Scenarios, groups: Groups, metrics: Sequence[MetricName]) -> AnalysisReport:
    """Build the report of all scenarios; up to ten of them get the ranges of their metrics too."""
    results: list[ScenarioResult | None] = [None] * scenarios.size
    timed = bool(SIMULATED_METRICS.keys() & set(metrics))
    for group, rows in groups:
        overridden = {path: column[rows] for path, column in scenarios.columns.items()}
        cases = with_cases(group, overridden) if scenarios.size <= MOST_SCENARIOS_WITH_RANGES else None
        readings = {name: read(group, name) for name in metrics}
        varied = {name: read(cases.analysis, name) for name in metrics} if cases else {}
        stations = StationColumns(group)
        for i, row in enumerate(rows):
            found = {name: metric_of(reading, i) for name, reading in readings.items()}
            if cases:
                found = {name: _ranged(metric, cases, varied[name], i) for name, metric in found.items()}
            balance = balance_of(group, i) if scenarios.size <= MOST_SCENARIOS_WITH_RANGES else None
            results[row] = _result(group, found, stations, i, scenarios.overrides(int(row)), balance, timed)
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
    balance: Balance | None,
    timed: bool,
) -> ScenarioResult:
    rows = stations.rows(i)
    content, contents = analysis.content_split, analysis.hub.main.contents
    unit_split = _time_split(analysis, analysis.hub.main.unit, analysis.unit_split, i)
    found = analysis.simulated.get(i)
    if found is not None and found.run.status == "steady":
        content, unit_split = None, simulated_split(unit_split, found)
        keep = "exact" if analysis.method == "auto" else ""
        rows = [row if row.verdict.status == keep else simulated_station(row, found) for row in rows]
    return ScenarioResult(
        overrides=overrides,
        metrics=metrics,
        stations=rows,
        time_split=unit_split,
        content_time_split=_time_split(analysis, contents.unit, content, i) if content and contents else None,
        balance=balance,
        warnings=[
            *(advice for advice in warnings_of(analysis, rows, i) if timed or advice.code not in ABOUT_TIMES),
            *mix_warnings(analysis, overrides),
        ],
    )


def _ranged(metric: Metric, cases: Cases, varied: Reading, scenario: int) -> Metric:
    """Give a metric of one scenario its range; a bound without a steady state stays null."""
    ratios = cases.ratios(varied, scenario)
    if ratios is None or not isinstance(metric.value, float):
        return metric
    low, high = (number(metric.value * ratio) for ratio in ratios)
    return metric.model_copy(update={"low": low, "high": high})


def _time_split(analysis: HubAnalysis, unit: str, split: Split, i: int) -> TimeSplit:
    told = 1.0 if not at(withheld(analysis), i) else np.nan
    return TimeSplit(
        unit=unit,
        queue_hours=number(told * at(split.queue, i)),
        service_hours=number(at(split.service, i)),
        synchronization_hours=number(told * at(split.synchronization, i)),
        closure_hours=number(told * at(split.closure, i)),
        quota_hours=number(told * at(split.quota, i)),
        dwell_hours=number(told * at(split.dwell, i)),
    )


def _summary(column: NDArray[Any]) -> Any:
    """Sum up the values given for a path: one value, a few, or their range."""
    distinct = np.unique(column)
    if distinct.size <= 12:
        values = distinct.tolist()
        return values[0] if len(values) == 1 else values
    return f"{distinct[0].item()}..{distinct[-1].item()} ({distinct.size} values)"
