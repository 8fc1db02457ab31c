"""What callers give, checked and gathered into columns: one question for all combinations of one set of choices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubcalc.calculators.base import Calculator
from hubcalc.errors import ParameterError, Problem
from hubcalc.scenarios import combinations, keep_rules, read_choices, read_numbers
from hubcalc.words import did_you_mean
from hubmodels.calculators.base import Question
from hubmodels.paths import Leaf, inputs

Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Questions:
    """All combinations of what was given, as columns of the inputs, and of the targets."""

    calculator: Calculator
    columns: Columns
    targets: Columns
    size: int

    def groups(self) -> list[NDArray[np.intp]]:
        """Give the rows of each set of choices, which are one array program each."""
        choices = [column for column in self.columns.values() if column.dtype.kind == "U"]
        if not choices:
            return [np.arange(self.size)]
        _, group = np.unique(np.stack(choices), axis=1, return_inverse=True)
        return [np.flatnonzero(group == i) for i in range(int(group.max()) + 1)]

    def question(self, rows: NDArray[np.intp], **sought: NDArray[Any]) -> Question:
        """Make the question of some rows; `sought` is the column of the input that is looked for."""
        columns = {name: column[rows] for name, column in self.columns.items()} | sought
        question = self._built(columns)
        keep_rules(question, columns)
        return question

    def sound(self, rows: NDArray[np.intp], **sought: NDArray[Any]) -> NDArray[np.bool_]:
        """Tell in which of some rows the rules between the inputs hold."""
        return keeps_rules(
            self._built({name: column[rows] for name, column in self.columns.items()} | sought), rows.size
        )

    def _built(self, columns: Mapping[str, NDArray[Any]]) -> Question:
        model = self.calculator.question
        given: dict[str, Any] = {name: _slim(column) for name, column in columns.items()}
        defaults = {name: leaf.value for name, leaf in inputs(model).items()}
        question = model.model_construct(None, **(defaults | given))
        question.settle(self.size)
        return question


def keeps_rules(question: Question, size: int) -> NDArray[np.bool_]:
    """Tell in which rows of a question the rules between its inputs hold."""
    holds = np.ones(size, dtype=np.bool_)
    for rule in question.rules():
        holds &= np.broadcast_to(np.asarray(rule.holds, dtype=np.bool_), size)
    return holds


def _slim(column: NDArray[Any]) -> Any:
    """Keep one value for a column that repeats it: what does not vary is computed once."""
    if column.dtype.kind == "U":
        return str(column[0])
    return column[0] if len(column) and (column == column[0]).all() else column


def ask(calculator: Calculator, given: Mapping[str, Sequence[Any]], sought: str | None, most: int) -> Questions:
    """Check what was given by name, and gather all combinations into columns.

    Names that start with ``target_`` are targets. Raises ParameterError for names that the calculator does not know and
    inputs that are missing, OverrideError for values out of bounds.
    """
    known = inputs(calculator.question)
    outputs = {name: _target(calculator, name, given[name]) for name in given if name.startswith("target_")}
    for name in given:
        if name not in known and name not in outputs:
            targets = [f"target_{output.name}" for output in calculator.outputs]
            raise ParameterError.of(
                Problem(
                    "no such input",
                    parameter=name,
                    given=_first(given[name]),
                    allowed=", ".join(known),
                    hint=did_you_mean(name, [*known, *targets]),
                )
            )
    if sought is not None and sought in given:
        raise ParameterError.of(Problem("is looked for, so it cannot be given", parameter=sought))
    _require(calculator, known, given, sought)
    columns, size = combinations(given, most)
    typed = {name: _typed((known | outputs)[name], column) for name, column in columns.items()}
    return Questions(
        calculator,
        {name: column for name, column in typed.items() if name in known},
        {name: column for name, column in typed.items() if name in outputs},
        size,
    )


def missing_inputs(calculator: Calculator, given: Mapping[str, Any]) -> list[str]:
    """Name the inputs that must be given and are not."""
    leaves = inputs(calculator.question)
    needed = [name for name, leaf in leaves.items() if leaf.value is None and not leaf.optional]
    return [name for name in [*needed, *calculator.missing] if name not in given]


def _require(calculator: Calculator, known: Mapping[str, Leaf], given: Mapping[str, Any], sought: str | None) -> None:
    missing = [name for name in missing_inputs(calculator, given) if name != sought]
    if missing:
        why = "or leave out one input only, and give a target: it is then looked for"
        raise ParameterError.of(
            *(Problem("must be given", parameter=name, allowed=known[name].allowed, hint=why) for name in missing)
        )


def _target(calculator: Calculator, name: str, given: Sequence[Any]) -> Leaf:
    output = calculator.output(name.removeprefix("target_"))
    if output is None:
        names = [f"target_{each}" for each in (*(o.name for o in calculator.outputs), *calculator.target_names)]
        raise ParameterError.of(
            Problem(
                "no such target",
                parameter=name,
                given=_first(given),
                allowed=", ".join(names),
                hint=did_you_mean(name, names),
            )
        )
    # nobody can be sure never to wait, and no share is above one
    lasting = "wait" in output.name or output.name.endswith("_probability")
    upper = 1.0 if output.name.endswith(("_probability", "_share", "utilization")) else None
    meaning = f"Target of {output.name}"
    return Leaf(name, "number", None, output.unit, meaning, lower=0.0, upper=upper, lower_allowed=not lasting)


def _typed(leaf: Leaf, column: NDArray[Any]) -> NDArray[Any]:
    return read_choices(leaf, column) if leaf.type == "choice" else read_numbers(leaf, column)


def _first(values: Sequence[Any]) -> Any:
    return values[0] if len(values) else None
