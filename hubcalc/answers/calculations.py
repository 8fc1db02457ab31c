"""Answers of calculators, which need no document: their inputs are the overrides of the ask."""

from hubcalc.answers.calls import get_request
from hubcalc.answers.found import Asked, Found, changes, number, weakest_verdict
from hubcalc.calculators.catalogue import calculate
from hubcalc.tables import calculation_table
from hubmodels.scenario import AskCalculation


def answer_calculation(ask: AskCalculation, asked: Asked) -> Found:
    """Ask a calculator."""
    del asked  # a calculator needs no document
    report = calculate(ask.calculator, dict(ask.overrides)).report
    sentences = []
    for result in report.results:
        said = ", ".join(f"{name} {number(metric.value, metric.unit)}" for name, metric in result.metrics.items())
        given = {name: result.inputs[name] for name in report.given if isinstance(ask.overrides.get(name), tuple)}
        sentences.append(f"with {changes(given)}: {said}" if given else said)
    words = ask.calculator.replace("/", " ")
    inputs = " ".join(f"{name}={_text(value)}" for name, value in ask.overrides.items())
    return Found(
        table=calculation_table(report, "metrics"),
        finding="; ".join(sentences),
        verdict=weakest_verdict(metric.verdict for result in report.results for metric in result.metrics.values()),
        command=f"hubcalc {words} {inputs}",
        request=get_request(f"/v1/{ask.calculator}", {}, ask.overrides),
    )


def _text(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
