"""Answers about hubs and lines: metrics, stations, a line that clears, recovery after a closure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from hubcalc.analysis import analyze
from hubcalc.analysis.analyses import listed
from hubcalc.analysis.backlogs import clearing, recovery
from hubcalc.answers.calls import calls_of_part, command_of, request_of
from hubcalc.answers.found import (
    Asked,
    Found,
    changes,
    distinct,
    each,
    measured,
    metric_words,
    number,
    percent,
    units,
    weakest_verdict,
)
from hubcalc.errors import ParameterError, Problem
from hubcalc.scenarios import combinations
from hubcalc.tables import Column, Table, report_table
from hubcalc.tables.timelines import clearing_table, recovery_table
from hubcalc.units import HOURS_PER_DAY
from hubmodels import HubBase
from hubmodels.results import AnalysisReport, Clearing, Metric, Recovery, ScenarioResult
from hubmodels.scenario import AskAnalysis, AskClearing, AskRecovery, AskStations

R = TypeVar("R", Clearing, Recovery)
_MOST_ROWS = 1_000
_NAMED = 3
"""Stages that a sentence names."""
_STILL = 1e-9
"""Growth of a line that stays as it is, as a share of what arrives [1]."""


def answer_analysis(ask: AskAnalysis, asked: Asked) -> Found:
    """Give metrics of a hub or a line, one row a combination."""
    fields = list(ask.fields) or None
    report = analyze(_hub(asked), asked.overrides, metrics=fields, scale=ask.scale, most=_MOST_ROWS).report
    _check_reach(ask, report)
    options = {"fields": fields, "scale": ask.scale}
    return Found(
        table=report_table(report, "metrics"),
        finding=_reached(ask, report) if ask.reach else _metrics(report),
        verdict=weakest_verdict(metric.verdict for result in report.results for metric in result.metrics.values()),
        command=command_of(["analyze", asked.subject.id], options, asked.overrides),
        request=request_of(asked.subject, "analysis", options, asked.overrides),
        warnings=distinct(advice for result in report.results for advice in result.warnings),
    )


def answer_stations(ask: AskStations, asked: Asked) -> Found:
    """Give the station table."""
    del ask  # it says nothing but that it is asked
    report = analyze(_hub(asked), asked.overrides, metrics=["utilization", "bottleneck"], most=_MOST_ROWS).report
    options = {"view": "stations"}
    return Found(
        table=report_table(report, "stations"),
        finding=_fullest(report),
        verdict=weakest_verdict(row.verdict for result in report.results for row in result.stations),
        command=command_of(["analyze", asked.subject.id], options, asked.overrides),
        # JSON has all views at once
        request=request_of(asked.subject, "analysis.csv", options, asked.overrides),
        warnings=distinct(advice for result in report.results for advice in result.warnings),
    )


def answer_clearing(ask: AskClearing, asked: Asked) -> Found:
    """Give the time in which a line clears, one row a combination."""
    hub = _hub(asked)
    rows = _each(asked, lambda overrides: clearing(hub, ask.queue, ask.stage, overrides))
    command, request = _calls(asked, "clearing", {"queue": ask.queue, "stage": ask.stage}, rows)
    sentences = each([row.overrides for row in rows], [_cleared(row) for row in rows])
    return Found(
        table=_stacked(rows, [clearing_table(row) for row in rows]),
        finding=f"{units(ask.queue, rows[0].unit)} in line at {rows[0].stage}: " + "; ".join(sentences),
        verdict=weakest_verdict(row.verdict for row in rows),
        command=command,
        request=request,
    )


def answer_recovery(ask: AskRecovery, asked: Asked) -> Found:
    """Give what a closure leaves behind, one row a combination."""
    hub = _hub(asked)
    rows = _each(asked, lambda overrides: recovery(hub, ask.closed_hours, ask.stage, overrides))
    options = {"closed_hours": ask.closed_hours, "stage": ask.stage}
    command, request = _calls(asked, "recovery", options, rows)
    sentences = each([row.overrides for row in rows], [_recovered(row) for row in rows])
    return Found(
        table=_stacked(rows, [recovery_table(row) for row in rows]),
        finding=f"{rows[0].stage} closed for {number(ask.closed_hours, 'h')}: " + "; ".join(sentences),
        verdict=weakest_verdict(row.verdict for row in rows),
        command=command,
        request=request,
    )


def _calls(asked: Asked, part: str, options: Mapping[str, Any], rows: Sequence[R]) -> tuple[str, str]:
    """Give command and request; as these calls give one row each, several are asked of the scenario."""
    if len(rows) > 1:
        return calls_of_part(*asked.part)
    return (
        command_of([part, asked.subject.id], options, rows[0].overrides),
        request_of(asked.subject, part, options, rows[0].overrides),
    )


def _hub(asked: Asked) -> HubBase:
    if isinstance(asked.document, HubBase):
        return asked.document
    message = f"{asked.subject.id!r} is a corridor; this is asked of a hub or a line"
    raise ParameterError.of(Problem(message, parameter="of.kind", given="corridor", allowed="hub, line"))


def _check_reach(ask: AskAnalysis, report: AnalysisReport) -> None:
    known = report.results[0].metrics
    for name in ask.reach:
        if name not in known:
            allowed = ", ".join(known)
            raise ParameterError.of(
                Problem("not among the metrics that are asked for", parameter="reach", given=name, allowed=allowed)
            )


def _reached(ask: AskAnalysis, report: AnalysisReport) -> str:
    """Name the first row that reaches each value."""
    sentences = []
    for name, goal in ask.reach.items():
        first = next((result for result in report.results if _at_least(result, name, goal)), None)
        unit = report.results[0].metrics[name].unit
        if first is None:
            best = max(report.results, key=lambda result: _value(result, name))
            most = f"at most {_said(name, best.metrics[name])}{_at(best.overrides)}"
            sentences.append(f"{metric_words(name)} never reaches {measured(name, goal, unit)}: {most}")
        else:
            value = _said(name, first.metrics[name])
            sentences.append(
                f"{metric_words(name)} first reaches {measured(name, goal, unit)}{_at(first.overrides)}: {value}"
            )
    return "; ".join(sentences)


def _at_least(result: ScenarioResult, name: str, goal: float) -> bool:
    return _value(result, name) >= goal


def _value(result: ScenarioResult, name: str) -> float:
    value = result.metrics[name].value
    return float(value) if isinstance(value, int | float) else float("-inf")


def _metrics(report: AnalysisReport) -> str:
    """Say the first metrics of the first row, and of the last one."""
    ends = [report.results[0]] if len(report.results) == 1 else [report.results[0], report.results[-1]]
    said = [
        ", ".join(f"{metric_words(name)} {_said(name, metric)}" for name, metric in list(result.metrics.items())[:4])
        for result in ends
    ]
    return "; ".join(each([result.overrides for result in ends], said))


def _fullest(report: AnalysisReport) -> str:
    """Name the fullest stages of each row."""
    said = []
    for result in report.results:
        used = [row for row in result.stations if row.utilization]
        rows = sorted(used, key=lambda row: -(row.utilization or 0.0))[:_NAMED]
        named = [f"{row.stage} at {percent(row.utilization or 0.0)}" for row in rows]
        growing = [f"{row.stage} grows by {number(row.growth_per_day)} a day" for row in rows if row.growth_per_day > 0]
        text = f"fullest is {', then '.join(named)}"
        said.append(f"{text}; no steady state: {', '.join(growing)}" if growing else text)
    return "; ".join(each([result.overrides for result in report.results], said))


def _said(name: str, metric: Metric) -> str:
    if metric.value is None:
        return f"none ({metric.verdict.reason or metric.verdict.status})"
    return measured(name, metric.value, metric.unit)


def _cleared(row: Clearing) -> str:
    if row.cleared_after_hours is None:
        if row.growth_per_day <= _STILL * row.arrivals_per_day:
            return "never clears, as many come as pass"
        return f"never clears, it grows by {number(row.growth_per_day)} a day"
    days = units(row.cleared_after_hours / HOURS_PER_DAY, "day")
    if row.cleared_p10_hours is None or row.cleared_p90_hours is None:
        return f"cleared after {days}"
    ends = (row.cleared_p10_hours / HOURS_PER_DAY, row.cleared_p90_hours / HOURS_PER_DAY)
    return f"cleared after {days} (P10 {number(ends[0])}, P90 {number(ends[1])})"


def _recovered(row: Recovery) -> str:
    backlog = f"{units(row.backlog, row.unit)} in line when it ends"
    if row.recovered_after_hours is None:
        return f"{backlog}; never recovers, the line grows by {number(row.growth_per_day)} a day"
    return f"{backlog}, as usual again after {units(row.recovered_after_hours / HOURS_PER_DAY, 'day')}"


def _at(overrides: dict[str, object]) -> str:
    return f" with {changes(overrides)}" if overrides else ""


def _each(asked: Asked, compute: Callable[[dict[str, object]], R]) -> list[R]:
    """Ask for each combination of the overrides."""
    columns, size = combinations({path: listed(path, value) for path, value in asked.overrides.items()}, _MOST_ROWS)
    return [compute({path: _plain(column[i]) for path, column in columns.items()}) for i in range(max(size, 1))]


def _stacked(rows: Sequence[Clearing | Recovery], tables: Sequence[Table]) -> Table:
    """Put tables of one row under each other, behind what was changed."""
    paths = list(rows[0].overrides)
    columns = [*map(Column, paths), *tables[0].columns]
    cells = [[*row.overrides.values(), *table.rows[0]] for row, table in zip(rows, tables, strict=True)]
    return Table(tables[0].item, columns, cells)


def _plain(value: object) -> object:
    return value.item() if hasattr(value, "item") else value
