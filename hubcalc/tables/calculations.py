"""Answers of calculators as tables."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, get_args

from hubcalc.tables.rectangles import Column, Remarks, Table
from hubcalc.tables.statuses import weakest
from hubmodels.calculators.answers import Calculation, CalculatorNote, CalculatorReport
from hubmodels.results import Metric

CalculationView = Literal["metrics", "alternatives", "elasticities", "inputs"]
CALCULATION_VIEWS: tuple[CalculationView, ...] = get_args(CalculationView)

_REMARKED = tuple(Column(name) for name in ("verdict", "method", "low", "high"))
_NO_REMARKS = (None,) * len(_REMARKED)
UNSTABLE = "inf"
"""What a cell shows where there is no steady state: an endless wait."""


def calculation_table(report: CalculatorReport, view: CalculationView) -> Table:
    """Give one view of a report as a table; `inputs` is a view of the calculator, see `inputs_table`."""
    return _TABLES[view](report)


def inputs_table(note: CalculatorNote) -> Table:
    """Make one row an input of a calculator."""
    columns = [Column(name) for name in ("input", "unit", "default", "required", "allowed", "description")]
    rows = [
        [name, item.unit, item.default, item.required, item.allowed, item.description]
        for name, item in note.inputs.items()
    ]
    return Table("input", columns, rows, keys=("input",))


def remarks(metrics: Sequence[Mapping[str, Metric]]) -> Remarks:
    """Give what is known of each metric beside its value: how far it may be trusted, what gave it, and its range."""

    def of(row: int, name: str) -> Sequence[Any]:
        metric = metrics[row].get(name)
        return (
            _NO_REMARKS if metric is None else (metric.verdict.status, metric.verdict.method, metric.low, metric.high)
        )

    return Remarks(_REMARKED, of)


def shown(metric: Metric) -> Any:
    """Give what a cell shows: the value, inf where it grows without end, nothing where there is none."""
    return UNSTABLE if metric.value is None and metric.verdict.status == "unstable" else metric.value


def _metrics(report: CalculatorReport) -> Table:
    """Make one row a question: what was given, the metrics, the weakest verdict among them, and warnings."""
    units = _metric_units(report.results)
    columns = [*_given(report), *(Column(name, unit) for name, unit in units.items())]
    rows = [
        [
            *_inputs(report, result),
            *(shown(result.metrics[name]) if name in result.metrics else None for name in units),
            weakest(result.metrics.values()),
            " ".join(dict.fromkeys(advice.code for advice in result.warnings)),
        ]
        for result in report.results
    ]
    keys, metrics = _keys(report), [result.metrics for result in report.results]
    return Table("question", [*columns, Column("verdict"), Column("warnings")], rows, keys, remarks(metrics))


def _alternatives(report: CalculatorReport) -> Table:
    """Make one row a method: the chosen one first, with what it answers and why it was not chosen."""
    units = _metric_units(report.results)
    columns = [
        *_given(report),
        Column("method"),
        Column("choice"),
        *(Column(name, unit) for name, unit in units.items()),
    ]
    rows = []
    for result in report.results:
        chosen = next(iter(result.metrics.values())).verdict.method if result.metrics else ""
        methods = [(chosen, "", result.metrics, "chosen")]
        methods += [(other.method, other.choice, other.metrics, other.reason) for other in result.alternatives]
        for method, choice, metrics, reason in methods:
            values = [shown(metrics[name]) if name in metrics else None for name in units]
            rows.append([*_inputs(report, result), method, choice, *values, weakest(metrics.values()), reason])
    return Table("method", [*columns, Column("verdict"), Column("reason")], rows, (*_keys(report), "method", "choice"))


def _elasticities(report: CalculatorReport) -> Table:
    """Make one row a metric and input."""
    columns = [*_given(report), Column("metric"), Column("input"), Column("elasticity", "1"), Column("step")]
    rows = [
        [*_inputs(report, result), each.metric, each.input, each.value, each.step]
        for result in report.results
        for each in result.elasticities
    ]
    return Table("elasticity", columns, rows, (*_keys(report), "metric", "input"))


def _given(report: CalculatorReport) -> Iterator[Column]:
    targets = report.results[0].targets if report.results else {}
    return (Column(name, report.units.get(name, "")) for name in (*report.given, *targets))


def _keys(report: CalculatorReport) -> list[str]:
    return [column.name for column in _given(report)]


def _inputs(report: CalculatorReport, result: Calculation) -> list[Any]:
    return [*(result.inputs[name] for name in report.given), *result.targets.values()]


def _metric_units(results: list[Calculation]) -> dict[str, str]:
    return {name: metric.unit for result in results for name, metric in result.metrics.items()}


_TABLES: dict[CalculationView, Callable[[CalculatorReport], Table]] = {
    "metrics": _metrics,
    "alternatives": _alternatives,
    "elasticities": _elasticities,
}
