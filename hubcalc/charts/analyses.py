"""Charts of analyses and of calculators: the stages of one scenario, or one metric over what was varied."""

from collections.abc import Sequence

from hubcalc.charts.base import Rows, Spec, words
from hubcalc.charts.ladders import stations
from hubcalc.charts.studies.heat_map import heat_map
from hubcalc.charts.varied import measure_of, scaled, varied
from hubmodels.answers import AnswerColumn, Cell
from hubmodels.calculators.answers import CalculatorReport
from hubmodels.results import AnalysisReport, Metric, ScenarioResult

DRAWN = ("dwell_mean_hours", "wait_mean_hours", "practical_capacity_per_day", "utilization")
"""Metrics of which a chart of several scenarios shows the first that differs, unless others are named."""
_BOTH = 2


def analysis_chart(report: AnalysisReport, view: str = "metrics", fields: Sequence[str] | None = None) -> Spec | None:
    """Give the chart of an analysis.

    Parameters
    ----------
    report : AnalysisReport
        What was analyzed.
    view : str
        `metrics`, or `stations` for the ladder also of several scenarios. There is no chart of `evidence`.
    fields : sequence of str, optional
        The first is the metric shown; by default the first of `DRAWN` that differs.

    Returns
    -------
    dict or None
        Of one scenario the utilization ladder of its stages; of several the metric over the input that was varied, or a
        heat map where two were. None where nothing can be drawn.
    """
    name = report.hub.name
    changed = _changed(report)
    if view == "evidence":
        return None
    if view == "stations" or not changed:
        return stations(f"{name}: utilization of the stages", _stages(report, changed), bottleneck=_bottleneck(report))
    names = list(report.results[0].overrides)
    metrics = [*fields] if fields else [m for m in DRAWN if m in report.results[0].metrics]
    units = {item.path: item.unit for item in report.evidence}
    units |= {metric: found.unit for metric, found in report.results[0].metrics.items()}
    rows: list[list[Cell]] = [
        [*result.overrides.values(), *(_value(result.metrics.get(metric)) for metric in metrics)]
        for result in report.results
    ]
    table = Rows([AnswerColumn(name=each, unit=units.get(each, "")) for each in (*names, *metrics)], rows)
    measure = metrics[0] if fields else measure_of(table, changed, metrics)
    return over_inputs(name, table, changed, measure)


def calculation_chart(report: CalculatorReport, fields: Sequence[str] | None = None) -> Spec | None:
    """Give the chart of a calculator's answers.

    Parameters
    ----------
    report : CalculatorReport
        The answers.
    fields : sequence of str, optional
        The first is the metric shown; by default a preferred one that differs.

    Returns
    -------
    dict or None
        A metric over the input that was varied, or a heat map where two were; None of a single question.
    """
    found = {name: metric.unit for result in report.results for name, metric in result.metrics.items()}
    units = {**report.units, **found}
    given = [*report.given, *(report.results[0].targets if report.results else {})]
    metrics = [name for name in found if name not in given]
    rows: list[list[Cell]] = [
        [
            *(result.inputs[name] if name in report.given else result.targets[name] for name in given),
            *(_value(result.metrics.get(name)) for name in metrics),
        ]
        for result in report.results
    ]
    table = Rows([AnswerColumn(name=name, unit=units.get(name, "")) for name in (*given, *metrics)], rows)
    sought = report.sought.input if report.sought else None
    changed = [name for name in given if name != sought and len(set(table.values(name))) > 1]
    wanted = fields[0] if fields else sought
    if wanted is not None and wanted not in (*metrics, *given):
        return None
    measure = wanted or measure_of(table, given)
    return over_inputs(report.title, table, changed, measure)


def over_inputs(title: str, table: Rows, changed: Sequence[str], measure: str | None) -> Spec | None:
    """Show a measure over one input as a line, over two as a heat map, over more as lines."""
    if measure is None or not changed or all(value is None for value in table.numbers(measure)):
        return None
    name = words(measure, table.unit(measure)).partition(" [")[0]
    heading = f"{title}: {name[:1].lower()}{name[1:]}"
    if len(changed) != _BOTH:
        return varied(heading, table, inputs=changed, measure=measure)
    across, up = sorted(changed, key=lambda name: -len(set(table.values(name))))
    factor, _ = scaled(measure, table.unit(measure))
    x, y = (list(dict.fromkeys(table.values(name))) for name in (across, up))
    cells = {
        (a, b): None if value is None else value * factor
        for a, b, value in zip(table.values(across), table.values(up), table.numbers(measure), strict=True)
    }
    unit = table.unit(measure)
    shown = unit if factor == 1.0 else "%" if unit == "1" else "days"
    values = [[cells.get((a, b)) for a in x] for b in y]
    units = {"x_unit": table.unit(across), "y_unit": table.unit(up)}
    return heat_map(heading, across, x, up, y, values, shown, metric=measure, **units)


def _changed(report: AnalysisReport) -> list[str]:
    """Name the inputs that differ between scenarios."""
    first = report.results[0].overrides
    return [path for path in first if len({result.overrides[path] for result in report.results}) > 1]


def _value(metric: Metric | None) -> Cell:
    return None if metric is None else metric.value


def _stages(report: AnalysisReport, changed: Sequence[str]) -> Rows:
    """Make a table of stages with their practical utilization, which an override may have changed."""
    told = {item.path: item.value for item in report.evidence}
    names = [*changed, "stage", "utilization", "practical_utilization"]
    rows: list[list[Cell]] = []
    for result in report.results:
        for station in result.stations:
            path = f"stages.{station.stage}.practical_utilization"
            limit = result.overrides.get(path, told.get(path))
            rows.append([*(result.overrides[name] for name in changed), station.stage, station.utilization, limit])
    return Rows([AnswerColumn(name=name) for name in names], rows)


def _bottleneck(report: AnalysisReport) -> str:
    """Name the stage that limits the practical capacity, where it is the same in all scenarios."""
    found = {_limiting(result) for result in report.results}
    return found.pop() if len(found) == 1 else ""


def _limiting(result: ScenarioResult) -> str:
    limits = {
        s.stage: s.practical_capacity_per_day for s in result.stations if s.practical_capacity_per_day is not None
    }
    return min(limits, key=lambda stage: limits[stage], default="")
