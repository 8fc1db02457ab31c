"""Scenarios: named overrides of a hub, a line or a corridor, and what is asked of it."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, TypeAdapter, model_validator

from hubmodels.base import Line as Text
from hubmodels.base import MisfitError, Model, Rule, Slug, quantity, share
from hubmodels.corridor import CountedCapacity
from hubmodels.evidence import Evidence, Source
from hubmodels.hub import HubId

Plain = float | int | str
Place = Annotated[str, StringConstraints(pattern=r"^(?:[a-z]+\.)?[a-z0-9]+(?:[-_][a-z0-9]+)*$", max_length=100)]
"""A place of a corridor, or a document with all its places: ``aktau``, ``nodes.aktau``, ``hubs.aktau``."""
_OUT = "Nodes, links, hubs or lines, each in turn; by default all hubs and lines"
_CAPACITY = "Which capacity limits flows; by default the one that the corridor names"
Overrides = dict[str, Plain | tuple[Plain, ...]]
"""A value, or several, by path. Inside a corridor ``hubs.<id>.`` and ``lines.<id>.`` lead into its documents."""


class Subject(Model):
    """What a scenario changes."""

    kind: Literal["hub", "line", "corridor"]
    id: HubId


class AskBase(Model):
    """One thing that is asked; it may change more inputs than its scenario, and of another document."""

    title: Text = Field("", max_length=200, description="Heading of this part of the answer")
    of: Subject | None = Field(None, description="What is asked; the subject of the scenario by default")
    overrides: Overrides = Field(default_factory=dict, description="Further values by path; several give a row each")


class AskAnalysis(AskBase):
    """Metrics of a hub or a line."""

    what: Literal["analysis"]
    fields: tuple[str, ...] = Field((), max_length=50, description="Metrics wanted; all by default")
    scale: Slug | None = Field(None, description="Id of the one flow that capacities scale")
    reach: dict[str, float] = Field(
        default_factory=dict, description="Values that metrics should reach; the finding names the first row that does"
    )


class AskStations(AskBase):
    """The station table of a hub or a line."""

    what: Literal["stations"]


class AskClearing(AskBase):
    """How long a queue lasts."""

    what: Literal["clearing"]
    queue: float = quantity("Handling units in line", "units", above=0)
    stage: Slug | None = Field(None, description="Stage before which it stands; the bottleneck by default")


class AskRecovery(AskBase):
    """What a closure leaves behind."""

    what: Literal["recovery"]
    closed_hours: float = quantity("Length of the closure", "h", above=0)
    stage: Slug | None = Field(None, description="Stage that is closed; the bottleneck by default")


class AskCalculation(AskBase):
    """A calculator that needs no document; its inputs are the overrides."""

    what: Literal["calculation"]
    calculator: Text = Field(max_length=100, description="Name of the calculator, such as queue or pipeline_storage")
    fields: tuple[str, ...] = Field((), max_length=50, description="Metrics wanted; all by default")


class AskTransit(AskBase):
    """Time from door to door."""

    what: Literal["transit"]
    demand: Slug | None = Field(None, description="Demand whose time it is; the main demand by default")
    via: tuple[Slug, ...] = Field((), max_length=100, description="Nodes or links that the way must pass, in order")


class AskFlow(AskBase):
    """Least-cost flows, shadow prices and bottlenecks."""

    what: Literal["flow"]
    capacity: CountedCapacity | None = Field(None, description=_CAPACITY)
    show: tuple[Slug, ...] = Field(
        (), max_length=50, description="Nodes or links that the table and the finding tell of; all by default"
    )


class AskEquilibrium(AskBase):
    """Flows under congestion."""

    what: Literal["equilibrium"]
    show: tuple[Slug, ...] = Field(
        (), max_length=50, description="Nodes or links that the table and the finding tell of; all by default"
    )


class AskResilience(AskBase):
    """What is lost when hubs and lines are."""

    what: Literal["resilience"]
    out: tuple[Place, ...] = Field((), max_length=100, description=_OUT)
    capacity: CountedCapacity | None = Field(None, description=_CAPACITY)
    lost_share: float = share("Share of the capacity that is lost", default=1.0, zero=False)
    pairs: bool = Field(False, description="Whether two at a time are taken too")


class AskTimeCostDistance(AskBase):
    """Time and cost over distance."""

    what: Literal["tcd"]
    demand: Slug | None = Field(None, description="Demand whose way it is; the main demand by default")


class AskEmissions(AskBase):
    """Greenhouse gases of the way."""

    what: Literal["emissions"]
    demand: Slug | None = Field(None, description="Demand whose way it is; the main demand by default")


class AskStorms(AskBase):
    """Waits through a year of storms."""

    what: Literal["storms"]
    storms: Slug | None = Field(None, description="Which storms of the corridor; the only ones by default")
    wait_target_hours: float = quantity("Wait that nine units of ten should not exceed", "h", default=72.0, above=0)


Ask = Annotated[
    AskAnalysis
    | AskStations
    | AskClearing
    | AskRecovery
    | AskCalculation
    | AskTransit
    | AskFlow
    | AskEquilibrium
    | AskResilience
    | AskTimeCostDistance
    | AskEmissions
    | AskStorms,
    Field(discriminator="what"),
]


class Scenario(Model):
    """Named overrides of a document, and what is asked of it."""

    schema_version: Literal[1] = Field(1, description="Version of this form of document")
    kind: Literal["scenario"]
    id: HubId = Field(description="Id: small letters, digits and single hyphens")
    name: Text = Field(min_length=1, max_length=200, description="Name for people")
    summary: Text = Field("", max_length=2_000, description="What it is, in a sentence or two")
    question: Text = Field("", max_length=500, description="The question that it answers")
    subject: Subject = Field(description="What it changes")
    base: HubId | None = Field(None, description="Scenario of the same subject whose overrides come first")
    overrides: Overrides = Field(default_factory=dict, description="A value, or several, by path")
    asks: tuple[Ask, ...] = Field((), max_length=20, description="What is asked, in order")
    sources: dict[Slug, Source] = Field(default_factory=dict, description="Publications, by id")
    evidence: dict[str, Evidence] = Field(
        default_factory=dict, description="Where the overrides come from, by their paths"
    )

    def rules(self) -> Iterator[Rule]:
        """Build on another scenario, not on itself."""
        yield Rule(self.base != self.id, ("base",), "a scenario cannot be its own base")

    @model_validator(mode="after")
    def _fit_together(self) -> "Scenario":
        given = set(self.overrides).union(*(ask.overrides for ask in self.asks))
        problems = [("evidence", f"{path!r} is overridden nowhere here") for path in self.evidence if path not in given]
        for path, item in self.evidence.items():
            if item.source is not None and item.source not in self.sources:
                problems.append(("evidence", f"{path}: source {item.source!r} is none of {sorted(self.sources)}"))
        if problems:
            raise MisfitError(problems)
        return self


SCENARIO: TypeAdapter[Scenario] = TypeAdapter(Scenario)
"""Validates and writes scenario documents."""
