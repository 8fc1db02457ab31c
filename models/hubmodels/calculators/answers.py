"""What calculators answer: metrics with their verdicts, the methods that were not chosen, and what matters most."""

from typing import Any

from pydantic import Field

from hubmodels.base import Model
from hubmodels.results import Advice, Metric


class Alternative(Model):
    """The answer of a method that was not chosen."""

    method: str
    choice: str = Field("", description="What to give as the input `method` to have it; empty where there is no choice")
    reason: str = Field(description="Why another was chosen")
    metrics: dict[str, Metric]


class Elasticity(Model):
    """What one input does to one metric."""

    metric: str
    input: str
    value: float | None = Field(
        description="Relative change of the metric over that of the input; of the metric alone where it is one more [1]"
    )
    step: str = Field(description="'derivative', or 'one more' for inputs that are counted")


class Calculation(Model):
    """The answer to one question."""

    inputs: dict[str, Any] = Field(description="Every input with its value; null where it plays no part")
    targets: dict[str, float] = Field(default_factory=dict, description="What a metric was to meet, by name")
    metrics: dict[str, Metric]
    alternatives: list[Alternative] = Field(default_factory=list, description="Other methods and their answers")
    elasticities: list[Elasticity] = Field(
        default_factory=list,
        description="Of the chief metrics, or of those asked for by name; without those that are 0",
    )
    warnings: list[Advice] = Field(default_factory=list)
    permalink: str | None = Field(None, description="Address that will always mean this very result")


class Sought(Model):
    """What was looked for: the value of an input at which a metric meets its target."""

    input: str
    metric: str
    goal: str = Field(description="'at most' or 'at least'")


class InputNote(Model):
    """An input of a calculator: its unit, its default and where that comes from."""

    unit: str
    description: str
    allowed: str
    default: Any = Field(None, description="Null where the input must be given or plays no part unless given")
    required: bool


class CalculatorNote(Model):
    """What a calculator can be asked and what it answers."""

    name: str
    title: str
    inputs: dict[str, InputNote]
    metrics: dict[str, str] = Field(description="Meaning by name, with the unit in brackets")
    references: list[str]


class CalculatorReport(Model):
    """The answers of a calculator, one for each combination of the values given."""

    calculator: str
    title: str
    model_version: str = Field(description="Changes only when numbers change")
    sought: Sought | None = Field(None, description="What was looked for, in an inverse question")
    given: list[str] = Field(description="Inputs that were given or looked for, in this order; the others are defaults")
    units: dict[str, str] = Field(description="Units of the inputs and targets")
    results: list[Calculation]
    references: list[str] = Field(description="Where the formulas stand")
