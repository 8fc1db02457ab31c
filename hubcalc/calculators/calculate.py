"""Ask a calculator, for one set of inputs or for many."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubcalc.cached import cached
from hubcalc.calculators.base import Calculator, Output, Readings
from hubcalc.calculators.inverse import find
from hubcalc.calculators.questions import Questions, ask, missing_inputs
from hubcalc.errors import OverrideError, ParameterError, Problem
from hubcalc.frames import to_pandas, to_polars
from hubcalc.readings import Reading, at, metric_of
from hubcalc.words import did_you_mean
from hubmodels.calculators.answers import CalculatorReport, Sought
from hubmodels.calculators.base import Question
from hubmodels.paths import inputs
from hubmodels.results import Metric

MOST_QUESTIONS = 1_000_000

Answered = tuple[NDArray[np.intp], Question, Readings]


class Calculations:
    """The answers of a calculator: computed, all rows of one set of choices at once, when they are asked for."""

    def __init__(self, questions: Questions, sought: Sought | None, metrics: Sequence[str] | None) -> None:
        self.questions = questions
        self.calculator = questions.calculator
        self.sought = sought
        self._wanted = metrics

    @property
    def size(self) -> int:
        """Number of questions."""
        return self.questions.size

    @cached
    def answered(self) -> list[Answered]:
        """Rows, question and answers of each set of choices."""
        return [self._answer(rows) for rows in self.questions.groups()]

    @cached
    def metrics(self) -> list[str]:
        """Names of the metrics that are answered, in the calculator's order."""
        found = {name for _, _, readings in self.answered for name in readings}
        names = [output.name for output in self.calculator.outputs if output.name in found]
        if self._wanted is None:
            return names
        return [_known(self.calculator, name) for name in self._wanted]

    @property
    def elastic(self) -> list[str]:
        """Names of the metrics whose elasticities are told: those asked for by name, else the calculator's choice."""
        chosen = self.calculator.elastic
        return [name for name in self.metrics if self._wanted is not None or not chosen or name in chosen]

    def column(self, name: str) -> NDArray[Any]:
        """Give one metric of all rows; NaN where there is no value, inf where it grows without end."""
        parts = [(rows, readings.get(name)) for rows, _, readings in self.answered]
        texts = any(r is not None and np.asarray(r.values).dtype.kind == "U" for _, r in parts)
        whole = np.full(self.size, "" if texts else np.nan, dtype=object if texts else np.float64)
        for rows, reading in parts:
            if reading is not None:
                whole[rows] = reading.values if texts else _numbers(reading)
        return whole

    def metric(self, name: str) -> Metric | None:
        """Give one metric of the first question, with its verdict, and compute nothing else."""
        _, _, readings = self.answered[0]
        reading = readings.get(name)
        return None if reading is None else metric_of(reading, 0)

    def columns(self) -> dict[str, NDArray[Any]]:
        """Give what was given, what was looked for, and the metrics, as columns of all rows."""
        found = {self.sought.input: self._input(self.sought.input)} if self.sought else {}
        given = {**self.questions.columns, **self.questions.targets, **found}
        return {**given, **{name: self.column(name) for name in self.metrics}}

    @cached
    def report(self) -> CalculatorReport:
        """The full report: every input, metrics with verdicts, alternatives and elasticities."""
        from hubcalc.calculators.report import build_report

        return build_report(self)

    def to_rows(self) -> list[dict[str, object]]:
        """Give one flat row a question: what was given, then the metrics."""
        columns = {name: column.tolist() for name, column in self.columns().items()}
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def to_pandas(self) -> Any:
        """Give the columns as a pandas DataFrame (pandas must be installed)."""
        return to_pandas(self.columns())

    def to_polars(self) -> Any:
        """Give the columns as a polars DataFrame (polars must be installed)."""
        return to_polars({name: column.tolist() for name, column in self.columns().items()})

    def _answer(self, rows: NDArray[np.intp]) -> Answered:
        question = self.questions.question(rows, **self._found(rows))
        return rows, question, self.calculator.answer(question)

    def _found(self, rows: NDArray[np.intp]) -> dict[str, NDArray[Any]]:
        if self.sought is None:
            return {}
        leaf = inputs(self.calculator.question)[self.sought.input]
        output = self.calculator.output(self.sought.metric)
        assert output is not None, self.sought.metric  # noqa: S101  # `sought_by` has looked it up
        (target,) = self.questions.targets.values()
        whole = leaf.type == "integer" or leaf.path in self.calculator.whole
        goals = [f"{output.name} {self.sought.goal} {goal:g}" for goal in target[rows]]
        found = find(self._measure(output, rows), leaf, goals, whole=whole)
        return {leaf.path: found.astype(np.int64) if whole else found}

    def _measure(self, output: Output, rows: NDArray[np.intp]) -> Callable[..., NDArray[np.float64]]:
        assert self.sought is not None  # noqa: S101  # only called for an inverse question
        name = self.sought.input
        (targets,) = self.questions.targets.values()

        def measure(values: NDArray[np.float64], some: NDArray[np.intp]) -> NDArray[np.float64]:
            excess = np.full(some.size, np.inf)
            # values that break a rule between inputs are as good as those that miss the target
            sound = self.questions.sound(rows[some], **{name: values})
            chosen = rows[some][sound]
            if chosen.size == 0:
                return excess
            readings = self.calculator.answer(self.questions.question(chosen, **{name: values[sound]}))
            got = np.broadcast_to(_target_numbers(output, readings), chosen.shape)
            goal = targets[chosen]
            scale = np.where(goal > 0.0, goal, 1.0)
            beyond = (goal - got) / scale if output.met_from else (got - goal) / scale
            excess[sound] = np.where(np.isnan(beyond), np.inf, beyond)
            return excess

        return measure

    def _input(self, name: str) -> NDArray[Any]:
        parts = [(rows, np.asarray(getattr(question, name))) for rows, question, _ in self.answered]
        column = np.empty(self.size, parts[0][1].dtype)
        for rows, values in parts:
            column[rows] = values
        return column


def calculate(
    calculator: Calculator,
    given: Mapping[str, Any],
    *,
    solve_for: str | None = None,
    metrics: Sequence[str] | None = None,
    most: int = MOST_QUESTIONS,
) -> Calculations:
    """Ask a calculator in every combination of the inputs given.

    Parameters
    ----------
    calculator : Calculator
        Which one.
    given : mapping
        A value, or a list or array of values, by the name of the input; the last one varies fastest. None stands for
        the default. A name that starts with ``target_`` makes it an inverse question.
    solve_for : str, optional
        Input that is looked for; by default the one that must be given and is not.
    metrics : sequence of str, optional
        Names of the metrics wanted; all by default.
    most : int
        Largest number of combinations.

    Returns
    -------
    Calculations
        Report, rows and columns.

    Raises
    ------
    ParameterError
        If an input is unknown or missing, or the inverse question is not clear.
    OverrideError
        If a value is out of its bounds or breaks a rule.
    TooManyScenariosError
        If there are more than `most` combinations.
    """
    values = {name: _listed(name, value) for name, value in given.items() if value is not None}
    sought = _sought(calculator, values, solve_for)
    if metrics is not None:
        if not metrics:
            allowed = ", ".join(output.name for output in calculator.outputs)
            raise ParameterError.of(Problem("an empty list", parameter="fields", allowed=allowed))
        metrics = [_known(calculator, name) for name in metrics]
    return Calculations(ask(calculator, values, sought.input if sought else None, most), sought, metrics)


def _sought(calculator: Calculator, given: Mapping[str, Any], solve_for: str | None) -> Sought | None:
    """Understand an inverse question: one target, and one input that is left out or named."""
    targets = [name for name in given if name.startswith("target_")]
    numeric = [name for name, leaf in inputs(calculator.question).items() if leaf.type != "choice"]
    if solve_for is not None and solve_for not in numeric:
        raise ParameterError.of(
            Problem(
                "not an input that can be looked for",
                parameter="solve_for",
                given=solve_for,
                allowed=", ".join(numeric),
                hint=did_you_mean(solve_for, numeric),
            )
        )
    if not targets:
        if solve_for is not None:
            hint = "give one, such as target_" + calculator.outputs[0].name
            raise ParameterError.of(Problem("needs a target", parameter="solve_for", given=solve_for, hint=hint))
        return None
    if len(targets) > 1:
        raise ParameterError.of(Problem("one target at a time", parameter=targets[1], hint=f"leave out {targets[0]}"))
    output = calculator.output(targets[0].removeprefix("target_"))
    if output is None:
        return Sought(input=solve_for or "", metric="", goal="")  # `ask` says what is wrong with the name
    missing = [solve_for] if solve_for else missing_inputs(calculator, given)
    if len(missing) != 1:
        hint = f"leave out one of {', '.join(numeric)}, or name it with solve_for="
        message = "what shall be looked for?" if not missing else f"{len(missing)} inputs are left out"
        raise ParameterError.of(Problem(message, parameter=targets[0], given=", ".join(missing) or None, hint=hint))
    return Sought(input=missing[0], metric=output.name, goal="at least" if output.met_from else "at most")


def _known(calculator: Calculator, name: str) -> str:
    names = [output.name for output in calculator.outputs]
    if name not in names:
        raise ParameterError.of(
            Problem(
                "no such metric",
                parameter="fields",
                given=name,
                allowed=", ".join(names),
                hint=did_you_mean(name, names),
            )
        )
    return name


def _numbers(reading: Reading) -> NDArray[np.float64]:
    """Give the numbers of a reading: inf where unstable, NaN where refused."""
    values = np.where(reading.unstable, np.inf, np.asarray(reading.values, dtype=np.float64))
    return np.where(reading.refused, np.nan, values)


def _target_numbers(output: Output, readings: Readings) -> NDArray[np.float64]:
    """Give the numbers of a metric that a target is set for, or raise an error that names the target."""
    parameter = f"target_{output.name}"
    reading = readings.get(output.name)
    refused = reading is not None and bool(np.all(reading.refused))
    if reading is None or (refused and str(at(reading.reason, 0)).startswith("needs ")):
        hint = "it needs an input that was not given" if reading is None else f"it {at(reading.reason, 0)}"
        raise ParameterError.of(Problem("is not answered for such inputs", parameter=parameter, hint=hint))
    if np.asarray(reading.values).dtype.kind == "U":
        raise ParameterError.of(Problem("is a text, not a number, so it cannot be a target", parameter=parameter))
    return _numbers(reading)


def _listed(name: str, given: Any) -> Sequence[Any]:
    """Give the values of one input as a list: a value, a list, a range, an array or a column of a frame."""
    plain = given.tolist() if hasattr(given, "tolist") else given
    values = list(plain) if isinstance(plain, list | tuple | range) else [plain]
    if not values:
        raise OverrideError.of(Problem("an empty list", parameter=name, allowed="one value or more"))
    return [value.item() if isinstance(value, np.generic) else value for value in values]
