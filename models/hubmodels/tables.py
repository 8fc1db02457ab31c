"""Results as flat rows."""

from hubmodels.calculators.answers import CalculatorReport
from hubmodels.paths import split_unit
from hubmodels.results import AnalysisReport, StationResult

_NESTED = frozenset({"verdict", "details"})


def report_rows(report: AnalysisReport) -> list[dict[str, object]]:
    """Give one row a scenario: the overrides, then the values of the metrics."""
    return [
        {**result.overrides, **{name: metric.value for name, metric in result.metrics.items()}}
        for result in report.results
    ]


def calculation_rows(report: CalculatorReport) -> list[dict[str, object]]:
    """Give one row a question: what was given or found, the targets, then the values of the metrics."""
    return [
        {
            **{name: result.inputs[name] for name in report.given},
            **result.targets,
            **{name: metric.value for name, metric in result.metrics.items()},
        }
        for result in report.results
    ]


def station_columns() -> dict[str, str]:
    """Map the columns of the station table to their units.

    >>> station_columns()["wait_mean_hours"]
    'h'
    """
    fields = StationResult.model_fields
    return {name: split_unit(field.description or "")[1] for name, field in fields.items() if name not in _NESTED}
