"""What all calculators do over HTTP: read the question, answer it in a format, and name the answer for good."""

from collections.abc import Sequence
from functools import cache
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response
from litestar.openapi.spec import Parameter
from pydantic import BaseModel

from hubcalc.api import openapi
from hubcalc.api.caching import FOREVER, kept, tag
from hubcalc.api.cell_answers import cell_answer, cell_format, shown, unstable_form
from hubcalc.api.links import check_model_version
from hubcalc.api.parameters import Query, choice
from hubcalc.api.pictures import result_answer, table_or_picture
from hubcalc.api.query_values import listed
from hubcalc.api.services import settings_of
from hubcalc.calculators import Calculations, Calculator, describe
from hubcalc.calculators.calculate import calculate
from hubcalc.charts.analyses import calculation_chart
from hubcalc.errors import NotFoundError, ParameterError, Problem, RefusedError
from hubcalc.tables import (
    CALCULATION_VIEWS,
    CalculationView,
    calculation_table,
    inputs_table,
)
from hubcalc.version import MODEL_VERSION
from hubcalc.words import did_you_mean
from hubmodels.calculators.answers import CalculatorReport
from hubmodels.paths import Leaf, inputs
from hubmodels.results import Metric

Call = Request[Any, Any, Any]

_TABLE = ("format", "view", "fields", "solve_for", "model_version")
_CELL = ("format", "solve_for", "model_version", "unstable")


def answer_table(request: Call, calculator: Calculator) -> Response[bytes]:
    """Answer a question, or one for each combination of the values given."""
    query = _query(request, calculator, _TABLE)
    format_ = table_or_picture(query)
    view = _view(query, format_)
    check_model_version(request, query)
    etag = tag(request.url.path, query.canonical, format_, MODEL_VERSION, str(request.base_url))
    if (ready := kept(request, etag)) is not None:
        return ready
    if view == "inputs":
        note = describe(calculator)
        as_json = note.model_dump_json().encode
        return result_answer(query, etag, json=as_json, table=lambda: inputs_table(note), chart=lambda: None)
    most = settings_of(request.app).scenario_limit
    given = listed(_given(query, calculator), most, query.decimal)
    calculations = calculate(
        calculator, given, solve_for=query.named.get("solve_for"), metrics=query.names("fields"), most=most
    )
    report = _with_links(request, calculations, query.names("fields"))
    return result_answer(
        query,
        etag,
        {"Cache-Control": FOREVER} if "model_version" in query.named else None,
        json=lambda: report.model_dump_json().encode(),
        table=lambda: calculation_table(report, view),
        chart=lambda: calculation_chart(report, query.names("fields")) if view == "metrics" else None,
    )


def answer_cell(request: Call, calculator: Calculator, metric: str) -> Response[bytes]:
    """Answer one question with one number: a metric, or the input that is looked for."""
    query = _query(request, calculator, _CELL)
    format_ = cell_format(query)
    form = unstable_form(query, format_)
    check_model_version(request, query)
    etag = tag(request.url.path, query.canonical, format_, MODEL_VERSION)
    if (ready := kept(request, etag)) is not None:
        return ready
    given = query.single_values(_given(query, calculator))
    sought = metric in inputs(calculator.question)
    output = calculator.output(metric)
    if not sought and output is None:
        raise _unknown(calculator, metric)
    solve_for = query.named.get("solve_for", metric if sought else None)
    name = metric if sought or output is None else output.name
    calculations = calculate(calculator, given, solve_for=solve_for, metrics=None if sought else [name])
    cell = _sought(calculations, metric) if sought else _metric(calculations, name)
    return cell_answer(
        query,
        format_,
        etag,
        (metric, cell),
        lambda: shown(metric, cell, form, lambda: _why_unstable(calculations, cell), endless=True),
        {"Cache-Control": FOREVER} if "model_version" in query.named else None,
    )


def parameters(calculator: Calculator) -> Sequence[Parameter]:
    """Document the inputs and targets of a calculator."""
    listed = [openapi.query(leaf.path, _said(leaf), _schema(leaf)) for leaf in inputs(calculator.question).values()]
    targets = [
        openapi.query(
            f"target_{output.name}",
            f"The value that {output.name} shall meet, {'from this up' if output.met_from else 'at most'}: the input "
            f"that is left out is looked for [{output.unit}]",
            {"type": "string"},
        )
        for output in calculator.outputs
    ]
    return [*listed, *targets]


def _said(leaf: Leaf) -> str:
    default = "" if leaf.value is None else f"; by default {leaf.value}"
    return f"{leaf.description}: {leaf.allowed}{default}. A list or a range gives one row each"


def _schema(leaf: Leaf) -> dict[str, Any]:
    """Describe a parameter: texts, since lists and ranges are allowed too."""
    return {"type": "string", "examples": [str(leaf.value)]} if leaf.value is not None else {"type": "string"}


def _query(request: Call, calculator: Calculator, reserved: Sequence[str]) -> Query:
    names = ", ".join(_input_names(calculator.question))
    said = f"{', '.join(reserved)}; the inputs {names}; and target_<metric>"
    return Query.of(request, [*reserved, *_names(calculator)], said=said)


def _names(calculator: Calculator) -> list[str]:
    targets = (*(output.name for output in calculator.outputs), *calculator.target_names)
    return [*_input_names(calculator.question), *(f"target_{name}" for name in targets)]


@cache
def _input_names(question: type[BaseModel]) -> tuple[str, ...]:
    return tuple(inputs(question))


def _given(query: Query, calculator: Calculator) -> dict[str, str]:
    names = set(_names(calculator))
    return {name: text for name, text in query.named.items() if name in names}


def _view(query: Query, format_: str) -> CalculationView:
    view = choice("view", query.named.get("view", "metrics"), CALCULATION_VIEWS)
    if "view" in query.named and format_ == "json" and view != "inputs":
        raise ParameterError.of(
            Problem("JSON has all views at once", parameter="view", given=view, hint="leave it out")
        )
    return view


def _with_links(request: Call, calculations: Calculations, fields: list[str] | None) -> CalculatorReport:
    """Give each answer an address that will always mean this very result: the question with what was found."""
    report = calculations.report
    fixed = {"fields": ",".join(fields)} if fields else {}
    address = f"{str(request.base_url).rstrip('/')}{request.url.path}?"
    results = [
        result.model_copy(
            update={
                "permalink": address
                + urlencode(
                    {"model_version": MODEL_VERSION, **fixed, **{name: result.inputs[name] for name in report.given}}
                )
            }
        )
        for result in report.results
    ]
    return report.model_copy(update={"results": results})


def _unknown(calculator: Calculator, name: str) -> NotFoundError:
    known = [output.name for output in calculator.outputs]
    hint = did_you_mean(name, [*known, *inputs(calculator.question)])
    return NotFoundError.of(Problem("no such metric", given=name, allowed=", ".join(known), hint=hint))


def _metric(calculations: Calculations, name: str) -> Metric:
    found = calculations.metric(name)
    if found is None:
        hint = "it needs an input that was not given: see view=inputs"
        raise RefusedError.of(Problem("there is no such value for this question", parameter=name, hint=hint))
    if found.value is None and found.verdict.status != "unstable":
        raise RefusedError.of(Problem(found.verdict.reason, parameter=name))
    return found


def _why_unstable(calculations: Calculations, cell: Metric) -> str:
    """Say how fast a queue grows, where the calculator tells it; else why there is no steady state."""
    told = (calculations.metric(name) for name in ("growth_per_hour", "growth_per_day"))
    growth = next((metric for metric in told if metric is not None and isinstance(metric.value, float)), None)
    if growth is None:
        return cell.verdict.reason
    return f"the queue grows by {float(f'{growth.value:.3g}'):.10g} {growth.unit}"


def _sought(calculations: Calculations, name: str) -> Metric:
    """Give the input that was looked for, with the verdict of the metric that it was looked for by."""
    sought = calculations.sought
    if sought is None or sought.input != name:
        hint = "give a target, such as target_" + calculations.calculator.outputs[0].name
        raise ParameterError.of(Problem("is an input, and is not looked for", parameter=name, hint=hint))
    by = _metric(calculations, sought.metric)
    unit = inputs(calculations.calculator.question)[name].unit
    # a count stays a whole number
    return by.model_copy(update={"value": calculations.columns()[name][0].item(), "unit": unit})
