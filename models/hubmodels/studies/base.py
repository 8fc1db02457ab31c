"""What all studies share: the document that they are about, what holds in every row, and what a result begins with."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SerializerFunctionWrapHandler, model_serializer
from pydantic_core import PydanticCustomError

from hubmodels.base import Model, Rule, Slug
from hubmodels.hub import HubId
from hubmodels.results import Advice
from hubmodels.scenario import Plain, Subject
from hubmodels.simulation_results import LARGEST_SEED

StudyMethod = Literal["fast", "auto", "exact"]
Question = Literal["transit", "flow", "equilibrium", "resilience", "emissions", "storms"]
"""Those of a corridor's questions that give numbers of the whole; a time-cost-distance series gives none."""
RowStatus = Literal["ok", "unstable", "refused", "invalid"]
"""Of a row: answered, without a steady state, without any number, or with an input that cannot be."""
USUAL_SEED = 1


def _no_truth_value(given: object) -> object:
    """Refuse true and false, which would count as 1 and 0."""
    if isinstance(given, bool):
        raise PydanticCustomError("truth_value", "true and false are no values of an input: give a number or a text")
    return given


Value = Annotated[Plain, BeforeValidator(_no_truth_value)]
"""A value of an input."""
Number = Annotated[float, BeforeValidator(_no_truth_value)]
"""A number that belongs to an input."""


class StudyRequest(Model):
    """What every study takes."""

    subject: Subject | None = Field(None, description="What is asked: a hub, a line or a corridor that is stored")
    document: dict[str, Any] | None = Field(None, description="A document instead of a stored one")
    scenario: HubId | None = Field(
        None, description="Scenario whose overrides hold in all rows; it names the subject where none is given"
    )
    overrides: dict[str, Value] = Field(default_factory=dict, description="One value by path that holds in all rows")
    fields: tuple[str, ...] = Field((), max_length=50, description="Metrics wanted; those that cost little by default")
    method: StudyMethod = Field("fast", description="What may be taken: closed forms and approximations, the ladder")
    scale: Slug | None = Field(None, description="Id of the one flow that capacities of a hub or a line scale")
    question: Question = Field("transit", description="What a corridor is asked; hubs and lines are analyzed")
    options: dict[str, Any] = Field(
        default_factory=dict, description="Options of the question, such as demand; hubs and lines have none"
    )
    seed: int = Field(USUAL_SEED, ge=0, le=LARGEST_SEED, description="The same one gives the same rows [1]")

    def rules(self) -> Iterator[Rule]:
        """Name one thing that the study is about."""
        given = (self.subject is not None) + (self.document is not None)
        fields = ("subject", "document", "scenario")
        yield Rule(given < 2, fields, "give a stored subject or a document, not both")
        yield Rule(given == 1 or self.scenario is not None, fields, "say what the study is about")

    def given(self, name: str) -> bool:
        """Say whether a field was given, be it as it is by default."""
        return name in self.model_fields_set

    @model_serializer(mode="wrap")
    def _as_given(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Write what was given: whoever reads that knows as well what was not."""
        written: dict[str, Any] = handler(self)
        return {name: value for name, value in written.items() if self.given(name)}


class StudySubject(Model):
    """What a study was about."""

    kind: Literal["hub", "line", "corridor"]
    id: str
    name: str
    scenario: str | None = Field(None, description="Scenario whose overrides held in all rows")
    overrides: dict[str, Plain] = Field(description="Inputs that were changed in all rows, by path")
    documents: dict[str, int | None] = Field(
        default_factory=dict, description="Documents that were used, with their versions; null where none is stored"
    )


class RowColumn(Model):
    """One column of the rows of a study."""

    name: str
    unit: str = Field("", description="Unit of its numbers")
    description: str = ""


class StudyResult(Model):
    """What the result of every study begins with."""

    kind: str = Field(description="Kind of study")
    subject: StudySubject
    model_version: str = Field(description="Changes only when numbers change")
    rows: int = Field(description="Rows of the table that the result is made of [rows]")
    columns: list[RowColumn] = Field(description="Columns of that table")
    warnings: list[Advice] = Field(default_factory=list)
    charts: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="Vega-Lite specifications by name; the first is the usual one"
    )
