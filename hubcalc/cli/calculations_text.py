"""Answers of calculators in words and text tables."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hubcalc.cli.output import Column, table_text, text_width
from hubcalc.cli.plain import entered, result, standing, with_unit, wrapped
from hubcalc.tables import CalculationView, weakest
from hubmodels.calculators.answers import Calculation, CalculatorNote, CalculatorReport
from hubmodels.results import Metric


def calculation_text(report: CalculatorReport, view: CalculationView | None) -> str:
    """Write a report, or one view of it."""
    if len(report.results) > 1 and view in (None, "metrics"):
        return "\n\n".join([report.title, _many(report), *_codes(report)])
    blocks = [report.title]
    for answer in report.results:
        blocks.append(_question(report, answer))
        blocks += [text for name, write in _VIEWS.items() if view in (None, name) for text in write(answer)]
    return "\n\n".join(blocks)


def kinds_text(notes: Sequence[Mapping[str, Any]]) -> str:
    """List the kinds of capacity."""
    rows = [[note["name"], note["title"]] for note in notes]
    table = table_text([Column("kind", whole=True), Column("title")], rows)
    return f"{table}\n\nInputs of a kind: hubcalc capacity KIND"


def inputs_text(note: CalculatorNote) -> str:
    """List what a calculator takes and answers."""
    width = text_width()
    lines = [note.title, "", "Inputs"]
    for name, item in note.inputs.items():
        default = "must be given" if item.required else f"default {with_unit(item.default, item.unit)}"
        default = default if item.required or item.default is not None else "not used unless given"
        allowed = item.allowed.removesuffix(f" [{item.unit}]")
        lines.append(f"{name} [{item.unit}]: {default}" if item.unit not in ("", "1") else f"{name}: {default}")
        lines.append(wrapped(f"{item.description}; {allowed}", width, "    "))
    lines += ["", "Metrics"]
    lines += [wrapped(f"{name}: {meaning}", width, "", "    ") for name, meaning in note.metrics.items()]
    lines += ["", "References", *(wrapped(reference, width, "- ", "  ") for reference in note.references)]
    return "\n".join(lines)


def _question(report: CalculatorReport, answer: Calculation) -> str:
    """Repeat what was asked, and what was found first of all."""
    found = report.sought.input if report.sought else None
    said = [
        f"{name} = {with_unit(answer.inputs[name], report.units.get(name, ''))}"
        for name in report.given
        if name != found
    ]
    text = wrapped(f"with {', '.join(said)}", text_width())
    if report.sought is None:
        return text
    (target,) = answer.targets.values()
    goal = f"{report.sought.metric} {report.sought.goal} {entered(target)}"
    return f"{text}\n{found} = {entered(answer.inputs[str(found)])}, for {goal}"


def _metrics(answer: Calculation) -> Iterator[str]:
    columns = [Column("metric", whole=True), Column("value", right=True), Column("unit", whole=True)]
    columns += [Column("verdict", whole=True), Column("method")]
    rows = [
        [name, _value(metric), _unit(metric), standing(metric.verdict), metric.verdict.method]
        for name, metric in answer.metrics.items()
    ]
    yield table_text(columns, rows)
    # each reason once, although it may hold for several metrics
    reasons: dict[str, list[str]] = {}
    for name, metric in answer.metrics.items():
        if metric.verdict.reason:
            reasons.setdefault(metric.verdict.reason, []).append(name)
    if reasons:
        lines = [
            wrapped(f"{', '.join(names)}: {reason}", text_width(), "- ", "  ") for reason, names in reasons.items()
        ]
        yield "\n".join(lines)
    if answer.warnings:
        lines = [wrapped(f"{each.message} [{each.code}]", text_width(), "- ", "  ") for each in answer.warnings]
        yield "Warnings\n" + "\n".join(lines)


def _alternatives(answer: Calculation) -> Iterator[str]:
    """Set the other methods beside each other, by the first metric that they answer."""
    if not answer.alternatives:
        return
    names = [name for name in answer.metrics if any(name in other.metrics for other in answer.alternatives)]
    main = "wait_mean_hours" if "wait_mean_hours" in names else next(iter(names), None)
    if main is None:
        return
    # a choice can be given back as the input `method`; where there is none, say why another was chosen
    choices = any(other.choice for other in answer.alternatives)
    columns = [Column("other method"), Column(main.replace("_", "\n"), right=True), Column("verdict", whole=True)]
    columns += [Column("method=" if choices else "why not", whole=choices)]
    rows = [
        [
            *(other.method, _value(other.metrics[main]), standing(other.metrics[main].verdict)),
            other.choice if choices else other.reason,
        ]
        for other in answer.alternatives
        if main in other.metrics
    ]
    yield table_text(columns, rows)


def _elasticities(answer: Calculation) -> Iterator[str]:
    """Set metrics against inputs."""
    known = [each for each in answer.elasticities if each.value is not None]
    if not known:
        return
    inputs = list(dict.fromkeys(each.input for each in known if each.value))  # without those that change nothing
    metrics = list(dict.fromkeys(each.metric for each in known))
    values = {(each.metric, each.input): each.value for each in known}
    rows = [[name, *(result(values.get((name, given))) for given in inputs)] for name in metrics]
    columns = [Column("elasticity of", whole=True)]
    columns += [Column("\n".join([*name.split("_"), f"({_step(answer, name)})"]), right=True) for name in inputs]
    yield table_text(columns, rows)


def _step(answer: Calculation, name: str) -> str:
    return next("one more" if each.step == "one more" else "to" for each in answer.elasticities if each.input == name)


def _many(report: CalculatorReport) -> str:
    """Set one row a question."""
    metrics = {name: metric for answer in report.results for name, metric in answer.metrics.items()}
    varied = [n for n in report.given if len({str(answer.inputs[n]) for answer in report.results}) > 1]
    targets = list(report.results[0].targets)
    columns = [Column(_title(name, report.units.get(name, "")), right=True) for name in (*varied, *targets)]
    columns += [Column(_title(name, _unit(metric)), right=True) for name, metric in metrics.items()]
    rows = [
        [
            *(entered(answer.inputs[name]) for name in varied),
            *(entered(answer.targets[name]) for name in targets),
            *(_value(answer.metrics[name]) if name in answer.metrics else "-" for name in metrics),
            weakest(answer.metrics.values()),
        ]
        for answer in report.results
    ]
    same = [f"{n} = {with_unit(report.results[0].inputs[n], report.units.get(n, ''))}" for n in report.given]
    fixed = [text for name, text in zip(report.given, same, strict=True) if name not in varied]
    head = wrapped(f"with {', '.join(fixed)}", text_width()) + "\n\n" if fixed else ""
    return head + table_text([*columns, Column("verdict")], rows)


def _codes(report: CalculatorReport) -> Iterator[str]:
    codes = sorted({each.code for answer in report.results for each in answer.warnings})
    if codes:
        yield wrapped(f"Warnings: {', '.join(codes)}; in words: ask one question", text_width(), "", "  ")


def _title(name: str, unit: str) -> str:
    words = name.removesuffix("_hours").removesuffix("_per_hour").split("_")
    return "\n".join([*words, *([f"[{unit}]"] if unit and unit != "1" else [])])


def _value(metric: Metric) -> str:
    if metric.value is None and metric.verdict.status == "unstable":
        return "no end"
    return result(metric.value)


def _unit(metric: Metric) -> str:
    return "" if isinstance(metric.value, str) else metric.unit


_VIEWS = {"metrics": _metrics, "alternatives": _alternatives, "elasticities": _elasticities}
