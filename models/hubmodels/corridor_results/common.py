"""What all answers about corridors share."""

from typing import Any, Literal

from pydantic import Field

from hubmodels.base import Model
from hubmodels.results import Advice, Verdict

ElementKind = Literal["hub", "line"]


class CorridorReference(Model):
    """Which corridor was asked."""

    id: str
    name: str
    version: int | None = Field(None, description="Version of the stored document; null for one given in the request")
    documents: dict[str, int | None] = Field(
        default_factory=dict, description="Hubs and lines that were used, with their versions"
    )


class CorridorResult(Model):
    """What every result begins with."""

    overrides: dict[str, Any] = Field(description="The inputs that were changed, by path")
    warnings: list[Advice] = Field(default_factory=list)


class CorridorReport(Model):
    """What every report begins with."""

    corridor: CorridorReference
    model_version: str = Field(description="Changes only when numbers change")


class Part(Model):
    """One hub or line of a corridor, in the direction in which it is passed."""

    element: str = Field(description="Place in the corridor: nodes.<id> or links.<id>")
    kind: ElementKind = Field(description="Hub or line")
    document: str = Field(description="Id of the hub or line")
    flow: str = Field(description="Flow of that document which takes what passes")


class Time(Model):
    """A time with its percentiles, and how far they may be trusted; null without steady state."""

    mean_hours: float | None = Field(description="Mean [h]")
    p50_hours: float | None = Field(description="Not exceeded by half of the journeys [h]")
    p90_hours: float | None = Field(description="Not exceeded by nine journeys of ten [h]")
    p95_hours: float | None = Field(description="Not exceeded by 19 journeys of 20 [h]")
    verdict: Verdict
