"""Answers of calculators, which need no document: their inputs are the overrides of the ask."""

from hubcalc.answers.calls import get_request, joined
from hubcalc.answers.found import Asked, Found, distinct, each, measured, metric_words, weakest_verdict
from hubcalc.calculators.catalogue import calculate
from hubcalc.tables import calculation_table
from hubmodels.results import Metric
from hubmodels.scenario import AskCalculation

_QUEUE = "queue"


def answer_calculation(ask: AskCalculation, asked: Asked) -> Found:
    """Ask a calculator."""
    del asked  # a calculator needs no document
    report = calculate(ask.calculator, dict(ask.overrides), metrics=list(ask.fields) or None).report
    several = len(report.results) > 1
    said = []
    for result in report.results:
        metrics = list(result.metrics.items())[: 1 if several else None]
        said.append(", ".join(_said(name, metric) for name, metric in metrics))
    sentences = each([{name: r.inputs[name] for name in report.given} for r in report.results], said)
    words = _QUEUE if ask.calculator == _QUEUE else f"capacity {ask.calculator}"
    inputs = " ".join(f"{name}={_text(value)}" for name, value in ask.overrides.items())
    fields = {"fields": ask.fields}
    return Found(
        table=calculation_table(report, "metrics"),
        finding="; ".join(sentences),
        verdict=weakest_verdict(metric.verdict for result in report.results for metric in result.metrics.values()),
        command=f"hubcalc {words} {inputs}" + (f" --fields {joined(ask.fields)}" if ask.fields else ""),
        request=get_request(f"/v1/{words.replace(' ', '/')}", fields, ask.overrides),
        warnings=distinct(advice for result in report.results for advice in result.warnings),
    )


def _said(name: str, metric: Metric) -> str:
    if metric.value is None:
        return metric.verdict.reason or f"no {metric_words(name)} ({metric.verdict.status})"
    value = measured(name, metric.value, metric.unit)
    # "11 days until full", not "days until full 11 days"
    if metric.unit and name.startswith(f"{metric.unit}_"):
        return f"{value} {metric_words(name.removeprefix(f'{metric.unit}_'))}"
    return f"{metric_words(name)} {value}"


def _text(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
