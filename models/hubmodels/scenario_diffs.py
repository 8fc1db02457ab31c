"""Scenarios side by side: their inputs, their results, and what each changed input does by itself."""

from typing import Literal

from pydantic import Field

from hubmodels.base import Model
from hubmodels.results import Advice, Verdict
from hubmodels.scenario import Subject

DiffValue = float | int | str | None
InputBasis = Literal["published", "derived", "assumption", "default", "override"]


class DiffSide(Model):
    """One of the things that stand side by side: a scenario, or the document as it stands."""

    id: str = Field(description="Id of the scenario, or of the document where it stands for itself")
    name: str
    kind: Literal["scenario", "document"]
    version: int | None = Field(None, description="Version where it is stored; null for one given in the request")
    bases: list[str] = Field(default_factory=list, description="Scenarios that it builds on, the nearest first")


class InputOnSide(Model):
    """An input as one side has it."""

    value: DiffValue = Field(description="The value; null where the document has no such input")
    stated_by: str | None = Field(description="Scenario that states it; null where the document's own value holds")
    basis: InputBasis = Field(description="Where it comes from")
    source: str | None = None
    url: str | None = None
    year: int | None = Field(None, description="Year that the figure speaks of [year]")
    note: str = ""


class DiffInput(Model):
    """An input in which the sides are not all alike."""

    path: str
    unit: str
    document_value: DiffValue = Field(description="The document's own value; null where it has none")
    sides: list[InputOnSide] = Field(description="One for each side, in their order")


class ResultOnSide(Model):
    """A result as one side has it."""

    value: DiffValue = Field(description="The value; null where there is none, see the verdict")
    verdict: Verdict
    low: float | None = Field(None, description="Lower end of the range that uncertain inputs give")
    high: float | None = Field(None, description="Upper end of that range")
    difference: float | None = Field(description="Value less that of the first side; null where one is no number")
    relative_difference: float | None = Field(description="Difference over the size of the first side's value [1]")


class DiffResult(Model):
    """A result of all sides."""

    name: str
    unit: str
    sides: list[ResultOnSide] = Field(description="One for each side, in their order")


class InputEffect(Model):
    """What one changed input does alone, all others as on the first side."""

    path: str
    difference: float | None = Field(description="Change of the result; null where there is none, see reason")
    relative_difference: float | None = Field(description="The same over the size of the first side's value [1]")
    reason: str = Field("", description="Why there is no number")


class DiffEffects(Model):
    """Where the difference of a result between two sides comes from."""

    name: str
    unit: str
    first: float = Field(description="Value of the first side")
    second: float = Field(description="Value of the second side")
    difference: float = Field(description="Second less first")
    inputs: list[InputEffect] = Field(description="One for each changed input, the largest effect first")
    interaction: float | None = Field(
        description="What the inputs do together beyond the sum of what each does alone; null where one has no number"
    )


class ScenarioDiff(Model):
    """Two or more scenarios of the same subject side by side; differences are to the first."""

    subject: Subject
    model_version: str = Field(description="Changes only when numbers change")
    method: str = Field(description="What could be taken for the results: auto, fast or exact")
    documents: dict[str, int | None] = Field(
        default_factory=dict, description="Documents that were used, with their versions"
    )
    sides: list[DiffSide]
    inputs: list[DiffInput] = Field(description="Inputs in which the sides are not all alike")
    results: list[DiffResult]
    effects: list[DiffEffects] = Field(
        default_factory=list, description="Causes of each numeric difference, with two sides; else empty"
    )
    warnings: list[Advice] = Field(default_factory=list)
