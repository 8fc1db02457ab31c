"""What a scenario answers: one part for each thing that was asked, each a table with its verdict and a chart."""

from typing import Any

from pydantic import Field

from hubmodels.base import Model
from hubmodels.results import Advice, InputEvidence, Verdict
from hubmodels.scenario import Subject

Cell = float | int | str | bool | None


class AnswerColumn(Model):
    """One column of a table."""

    name: str
    unit: str = Field("", description="Unit of its numbers; empty for texts")


class AnswerPart(Model):
    """The answer to one thing that was asked."""

    title: str
    what: str = Field(description="What was asked: analysis, transit, flow, ...")
    subject: Subject
    overrides: dict[str, Any] = Field(description="All inputs that were changed, by path; several values give rows")
    finding: str = Field(description="The answer in one sentence, made of the numbers of the table")
    verdict: Verdict = Field(description="How far the finding may be trusted: the weakest of the table's verdicts")
    columns: list[AnswerColumn]
    rows: list[list[Cell]]
    warnings: list[Advice] = Field(default_factory=list)
    chart: dict[str, Any] | None = Field(None, description="Vega-Lite specification; null where there is none")
    command: str = Field(description="The same at the command line")
    request: str = Field(description="The same over HTTP: method and address")


class ScenarioReference(Model):
    """Which scenario was asked."""

    id: str
    name: str
    question: str
    version: int | None = Field(None, description="Version of the stored document; null for one given in the request")
    documents: dict[str, int | None] = Field(
        default_factory=dict, description="Documents that were used, with their versions"
    )


class Answer(Model):
    """What a scenario answers."""

    scenario: ScenarioReference
    model_version: str = Field(description="Changes only when numbers change")
    parts: list[AnswerPart] = Field(description="All that was asked, or the one part that was wanted")
    evidence: list[InputEvidence] = Field(description="Where all of the scenario's own inputs come from")
