"""From columns to the report of a calculator."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from hubcalc.calculators.base import Calculator, Option, Readings
from hubcalc.calculators.calculate import Answered, Calculations
from hubcalc.readings import at, metric_of
from hubcalc.version import MODEL_VERSION
from hubmodels.calculators.answers import (
    Alternative,
    Calculation,
    CalculatorNote,
    CalculatorReport,
    Elasticity,
    InputNote,
)
from hubmodels.calculators.base import Question
from hubmodels.paths import Leaf, inputs
from hubmodels.results import Advice, Metric

MOST_WITH_ALTERNATIVES = 10
"""Up to so many rows, the methods that were not chosen and the elasticities are computed too."""


def build_report(calculations: Calculations) -> CalculatorReport:
    """Build the report of all rows."""
    results: list[Calculation | None] = [None] * calculations.size
    for answered in calculations.answered:
        for row, result in zip(answered[0], _results(calculations, answered), strict=True):
            results[row] = result
    calculator, sought = calculations.calculator, calculations.sought
    return CalculatorReport(
        calculator=calculator.name,
        title=calculator.title,
        model_version=MODEL_VERSION,
        sought=sought,
        given=[*calculations.questions.columns, *([sought.input] if sought else [])],
        units=_units(calculator),
        results=[result for result in results if result is not None],
        references=_references(calculations),
    )


def _references(calculations: Calculations) -> list[str]:
    """Name the sources of the methods that have answered, where the answers know them; else all of the calculator."""
    found = [
        getattr(readings, "references", calculations.calculator.references) for _, _, readings in calculations.answered
    ]
    return list(dict.fromkeys(reference for some in found for reference in some))


def describe(calculator: Calculator) -> CalculatorNote:
    """Say what a calculator can be asked and what it answers."""
    return CalculatorNote(
        name=calculator.name,
        title=calculator.title,
        inputs={name: _note(calculator, leaf) for name, leaf in inputs(calculator.question).items()},
        metrics={output.name: f"{output.meaning} [{output.unit}]" for output in calculator.outputs},
        references=list(calculator.references),
    )


def _units(calculator: Calculator) -> dict[str, str]:
    units = {name: leaf.unit for name, leaf in inputs(calculator.question).items() if leaf.unit}
    return {**units, **{f"target_{output.name}": output.unit for output in calculator.outputs}}


def _note(calculator: Calculator, leaf: Leaf) -> InputNote:
    required = (leaf.value is None and not leaf.optional) or leaf.path in calculator.missing
    return InputNote(
        unit=leaf.unit, description=leaf.description, allowed=leaf.allowed, default=leaf.value, required=required
    )


def _results(calculations: Calculations, answered: Answered) -> list[Calculation]:
    calculator = calculations.calculator
    rows, question, readings = answered
    few = calculations.size <= MOST_WITH_ALTERNATIVES
    options = calculator.options(question, readings) if few and calculator.options else []
    remarks = calculator.remarks(question, readings) if calculator.remarks else []
    names = list(inputs(calculator.question))
    elasticities = _elasticities(calculations, question, readings, rows.size) if few else [[] for _ in rows]
    return [
        Calculation(
            inputs={name: _plain(getattr(question, name), i) for name in names},
            targets={name: column[rows[i]].item() for name, column in calculations.questions.targets.items()},
            metrics={name: metric_of(readings[name], i) for name in calculations.metrics if name in readings},
            alternatives=_alternatives(options, calculations.metrics, i),
            elasticities=elasticities[i],
            warnings=[Advice(code=r.code, message=r.message) for r in remarks if at(r.rows, i)],
        )
        for i in range(rows.size)
    ]


def _plain(value: Any, i: int) -> Any:
    return None if value is None else at(value, i)


def _alternatives(options: Any, metrics: list[str], i: int) -> list[Alternative]:
    return [
        Alternative(
            method=option.method,
            choice=option.choice,
            reason=at(option.reasons, i),
            metrics=_some(option, metrics, i),
        )
        for option in options
        if at(option.reasons, i)
    ]


def _some(option: Option, metrics: list[str], i: int) -> dict[str, Metric]:
    return {name: metric_of(option.readings[name], i) for name in metrics if name in option.readings}


def _elasticities(
    calculations: Calculations, question: Question, readings: Readings, size: int
) -> list[list[Elasticity]]:
    """Find what each input does to each metric, row by row, as far as it does anything."""
    from hubcalc.calculators.sensitivity import elasticities

    found: Mapping[tuple[str, str], tuple[Any, str]] = elasticities(calculations, question, readings)
    return [
        [
            Elasticity(metric=metric, input=name, value=_finite(at(np.broadcast_to(values, size), i)), step=step)
            for (metric, name), (values, step) in found.items()
            if at(np.broadcast_to(values, size), i) != 0.0
        ]
        for i in range(size)
    ]


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
