"""What a calculator is: a kind of question, what it answers, and the function from one to the other."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hubcalc.readings import Flags, Reading
from hubmodels.calculators.base import Question

Readings = Mapping[str, Reading]


@dataclass(frozen=True, slots=True)
class Output:
    """One number that a calculator answers."""

    name: str
    unit: str
    meaning: str
    met_from: bool = False
    """Whether a target is met from its value upward, as that of a capacity is; that of a wait is met up to it."""
    whole: bool = False
    """Whether it is rounded to a whole number, such as the fewest berths, so that it changes by steps."""


@dataclass(frozen=True, slots=True)
class Option:
    """A method that a calculator could also use: its answers, and in which rows it was not taken and why."""

    method: str
    readings: Readings
    reasons: Any
    """Why not, by row; an empty text where it is the chosen one or does not apply at all."""
    choice: str = ""
    """What to give as `method` to have it."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to know about some rows."""

    code: str
    message: str
    rows: Flags | bool


@dataclass(frozen=True, slots=True)
class Calculator:
    """A kind of question and the function that answers it.

    `answer` is given a question whose numbers may be columns of one length, all of them checked. Its readings come in
    the order of `outputs`; it may leave some out where they make no sense.
    """

    name: str
    title: str
    question: type[Question]
    outputs: Sequence[Output]
    answer: Callable[[Any], Readings]
    references: Sequence[str]
    whole: frozenset[str] = frozenset()
    """Inputs that are whole when they are looked for, although a fraction may be given."""
    target_names: Mapping[str, str] = field(default_factory=dict)
    """Further names of targets: `wait_hours` for `wait_mean_hours`."""
    options: Callable[[Any, Readings], Sequence[Option]] | None = None
    remarks: Callable[[Any, Readings], Sequence[Remark]] | None = None
    elastic: Sequence[str] = ()
    """Metrics whose elasticities are told unless others are asked for by name; all where it is empty."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """Inputs without default that must be given unless looked for, although the model takes None: and why."""

    def output(self, name: str) -> Output | None:
        """Find an output by name, or by a further name of its target."""
        wanted = self.target_names.get(name, name)
        return next((output for output in self.outputs if output.name == wanted), None)
