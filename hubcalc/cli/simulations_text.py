"""Simulations in words and text tables."""

from collections.abc import Callable, Iterator, Mapping

from hubcalc.cli.output import Column, table_text, text_width
from hubcalc.cli.plain import entered, plain, result, wrapped
from hubcalc.tables.simulations import SimulationView
from hubcalc.words import plural
from hubmodels.simulation_results import Interval, SimulatedMetric, SimulationReport

_MEANING = {
    "steady": "steady state",
    "growing": "no steady state: more comes than leaves",
    "unsettled": "too short a run beside the hub's memory: ask for more events",
    "stuck": "units block each other for ever",
    "out_of_events": "the budget of events was too small to judge",
}


def simulation_text(report: SimulationReport, view: SimulationView | None) -> str:
    """Write a simulation, or one view of it."""
    blocks = [_heading(report)]
    for name, write in _VIEWS.items():
        if view in (None, name):
            blocks += write(report)
    if view is None:
        blocks += _warnings(report)
    return "\n\n".join(blocks)


def _heading(report: SimulationReport) -> str:
    hub, run, inputs = report.hub, report.run, report.inputs
    version = f", version {hub.version}" if hub.version else ""
    inside = f" of {plural(report.content_unit)}" if report.content_unit else ""
    lines = [f"{hub.name} ({hub.id}, {hub.kind.replace('_', ' ')}{version})"]
    units = f"{plural(report.unit)}{inside}"
    lines.append(f"main flow in {units}; model version {report.model_version}; seed {inputs.seed}")
    if inputs.overrides:
        lines.append("with " + ", ".join(f"{path} = {entered(value)}" for path, value in inputs.overrides.items()))
    lines.append(f"{_MEANING[run.status]}; {run.events:,} events in {_duration(report)}")
    if run.precision_reached is not None:
        asked = inputs.precision
        missed = "" if run.precision_met or asked is None else f", not {asked:.2%} within {inputs.most_events:,} events"
        lines.append(f"half width: {run.precision_reached:.2%} of the mean dwell{missed}")
    return plain("\n".join(wrapped(line, text_width(), "", "  ") for line in lines))


def _duration(report: SimulationReport) -> str:
    run = report.run
    return f"{run.replications} replications of {result(run.hours)} h after {result(run.warm_up_hours)} h of warm-up"


def _metrics(report: SimulationReport) -> Iterator[str]:
    columns = [Column("metric", whole=True), Column("value", right=True), Column("95 % interval", right=True)]
    columns += [Column("unit", whole=True), Column("verdict", whole=True)]
    rows = [
        [name, result(each.value, _unit(name, each)), _between(each, _unit(name, each)), *_standing(name, each)]
        for name, each in report.metrics.items()
    ]
    reasons = [
        wrapped(f"{name} {each.verdict.status}: {each.verdict.reason}", text_width(), "", "  ")
        for name, each in report.metrics.items()
        if each.value is None and each.verdict.reason
    ]
    yield "\n".join([table_text(columns, rows), *reasons])


def _standing(name: str, metric: SimulatedMetric) -> list[str]:
    return ["" if isinstance(metric.value, str) else _unit(name, metric), metric.verdict.status]


def _unit(name: str, metric: SimulatedMetric) -> str:
    return "%" if name.endswith("utilization") and metric.unit == "1" else metric.unit


def _stations(report: SimulationReport) -> Iterator[str]:
    columns = [Column("stage", whole=True), Column("limited by"), Column("visits\n[/day]", right=True)]
    columns += [Column("util.\n[%]", right=True), Column("blocked\n[%]", right=True)]
    columns += [Column(f"{name}\n[h]", right=True) for name in ("wait", "dwell")]
    rows = [
        [
            *(each.stage, each.limit, _with_half(each.visits_per_day)),
            *(_with_half(each.utilization, "%"), _with_half(each.blocked_share, "%")),
            *(_with_half(each.time_split.queue_hours), _with_half(each.time_split.dwell_hours)),
        ]
        for each in report.stations
    ]
    if rows:
        yield "Stages\n" + table_text(columns, rows)


def _flows(report: SimulationReport) -> Iterator[str]:
    if report.flows:
        parts = [name for name, _ in report.flows[0].time_split]
        columns = [Column("flow", whole=True), *(Column(name.removesuffix("_hours"), right=True) for name in parts)]
        rows = [[each.flow, *(_with_half(part) for _, part in each.time_split)] for each in report.flows]
        yield "Where the time goes [h]\n" + table_text(columns, rows)


def _yards(report: SimulationReport) -> Iterator[str]:
    columns = [Column("yard", whole=True), *(Column(name, right=True) for name in ("mean", "P50", "P95"))]
    rows = [
        [yard.stage, *(_with_half(each) for each in (yard.mean_teu, yard.p50_teu, yard.p95_teu))]
        for yard in report.yards
    ]
    if rows:
        yield "What is stored [TEU]\n" + table_text(columns, rows)


def _trace(report: SimulationReport) -> Iterator[str]:
    if report.trace:
        names = ("event", "flow", "unit", "stage", "resource")
        columns = [Column("hours", right=True), *(Column(name, whole=True) for name in names)]
        rows = [[f"{row.hours:.4f}", *(_said(getattr(row, name)) for name in names)] for row in report.trace]
        yield "Events\n" + table_text(columns, rows)


def _said(value: object) -> str:
    return "-" if value is None else str(value)


def _warnings(report: SimulationReport) -> Iterator[str]:
    if report.warnings:
        lines = [wrapped(f"{each.message} [{each.code}]", text_width(), "- ", "  ") for each in report.warnings]
        yield "Warnings\n" + "\n".join(lines)
    yield "Inputs: " + ", ".join(f"{count} {basis}" for basis, count in report.evidence.items())


def _between(metric: SimulatedMetric, unit: str) -> str:
    if metric.low is None or metric.high is None:
        return ""
    return f"{result(metric.low, unit)} to {result(metric.high, unit)}"


def _with_half(interval: Interval, unit: str = "") -> str:
    """Write a number with half the width of its interval."""
    if interval.value is None or interval.high is None:
        return result(interval.value, unit)
    half = (interval.high - interval.value) * (100 if unit == "%" else 1)
    value = result(interval.value, unit)
    return f"{value} ±{float(f'{half:.1g}'):,g}" if half else value


_VIEWS: Mapping[SimulationView, Callable[[SimulationReport], Iterator[str]]] = {
    "metrics": _metrics,
    "stations": _stations,
    "flows": _flows,
    "yards": _yards,
    "trace": _trace,
}
