"""What every hub has, and every line too."""

import zoneinfo
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from hubmodels.base import Line, MisfitError, Model, Rule, Slug, quantity
from hubmodels.evidence import Evidence, Source, Uncertainty
from hubmodels.flow import Flow
from hubmodels.money import DemandUnit, Handling, Price
from hubmodels.sourcing import sourcing_problems
from hubmodels.stages import LineSection, Pairing, PipelineSection, Stage, Yard

SCHEMA_VERSION = 1

HubId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", min_length=2, max_length=64)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2 code."""
Gauge = Literal[1000, 1067, 1435, 1520, 1676]
MonthDay = Annotated[
    str,
    StringConstraints(
        pattern=r"^(?:(?:0[13578]|1[02])-31|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|02-29)$"
    ),
]


class Location(Model):
    """A point on the map."""

    latitude_deg: float = quantity("Latitude, north positive", "deg", at_least=-90, at_most=90)
    longitude_deg: float = quantity("Longitude, east positive", "deg", at_least=-180, at_most=180)


class Opening(Model):
    """When a hub works: the same hours on each working day, in one stretch; arrivals come around the clock."""

    time_zone: str = Field(description="IANA name of the time zone, such as Asia/Almaty")
    opens_hour: float = quantity("Hour at which it opens, local time", "h", default=0.0, at_least=0, below=24)
    hours_per_day: float = quantity("Hours open on a working day", "h/day", default=24.0, above=0, at_most=24)
    days_per_week: int = quantity("Working days in a week", "days/week", default=7, at_least=1, at_most=7)
    holidays: tuple[MonthDay, ...] = Field(
        (), max_length=200, description="Closed days of the year as MM-DD; they lower yearly figures only"
    )

    def rules(self) -> Iterator[Rule]:
        """Count each holiday once."""
        yield Rule(len(set(self.holidays)) == len(self.holidays), ("holidays",), "a day stands twice in it")

    @model_validator(mode="after")
    def _know_time_zone(self) -> "Opening":
        try:
            zoneinfo.ZoneInfo(self.time_zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
            message = f"{self.time_zone!r} is no IANA time zone such as 'Asia/Almaty'"
            raise MisfitError([("time_zone", message)]) from error
        return self


class Targets(Model):
    """What the hub should achieve."""

    wait_hours: float = quantity(
        "Mean wait, for servers and for opening, that a main-flow unit should not exceed", "h", default=2.0, above=0
    )
    dwell_p90_hours: float | None = quantity(
        "Dwell that nine main-flow units of ten should not exceed", "h", default=None, above=0
    )
    horizon_days: float = quantity(
        "Days over which a backlog is reported", "days", default=30.0, above=0, at_most=3_650
    )


class HubBase(Model):
    """Flows that go through stages: a place that cargo passes, or a line between places."""

    schema_version: Literal[1] = Field(1, description="Version of this form of document")
    id: HubId = Field(description="Id: small letters, digits and single hyphens")
    name: Line = Field(min_length=1, max_length=200, description="Name for people")
    summary: Line = Field("", max_length=2_000, description="What it is, in a sentence or two")
    location: Location
    gauges_mm: tuple[Gauge, ...] = Field((), description="Track gauges that meet here [mm]")
    opening: Opening
    flows: dict[Slug, Flow] = Field(min_length=1, max_length=50, description="What arrives, by id")
    main_flow: Slug = Field(description="The flow that `flow.` stands for and that capacities are counted in")
    stages: dict[Slug, Stage] = Field(min_length=1, max_length=100, description="What the flows go through, by id")
    targets: Targets = Targets()
    prices: dict[DemandUnit, Price] = Field(
        default_factory=dict, description="What a demand of a corridor pays to pass, by its unit"
    )
    handling: dict[Slug, Handling] = Field(
        default_factory=dict, description="What is done with a unit of a demand, by emission factor"
    )
    sources: dict[Slug, Source] = Field(default_factory=dict, description="Publications, by id")
    evidence: dict[str, Evidence] = Field(default_factory=dict, description="Where inputs come from, by path")
    uncertainty: dict[str, Uncertainty] = Field(default_factory=dict, description="Ranges of inputs, by path")

    @property
    def main(self) -> Flow:
        """The main flow."""
        return self.flows[self.main_flow]

    @model_validator(mode="after")
    def _fit_together(self) -> "HubBase":
        problems = [*self._route_problems(), *self._sourcing_problems()]
        if problems:
            raise MisfitError([(place, message) for place, _, message in (text.partition(": ") for text in problems)])
        return self

    def _sourcing_problems(self) -> Iterator[str]:
        return sourcing_problems(self, self.sources, self.evidence, self.uncertainty)

    def _route_problems(self) -> Iterator[str]:
        if self.main_flow not in self.flows:
            yield f"main_flow: {self.main_flow!r} is none of the flows {sorted(self.flows)}"
        visited: set[str] = set()
        for flow_id, flow in self.flows.items():
            visited.update(flow.stages)
            for stage_id in flow.stages:
                stage = self.stages.get(stage_id)
                if stage is None:
                    yield f"flows.{flow_id}.route: {stage_id!r} is none of the stages {sorted(self.stages)}"
                else:
                    yield from _misfits(flow_id, flow, stage_id, stage)
        for stage_id, stage in self.stages.items():
            if stage_id not in visited:
                yield f"stages.{stage_id}: no route leads through it"
            if isinstance(stage, Pairing):
                yield from self._pairing_problems(stage_id, stage)

    def _pairing_problems(self, stage_id: str, stage: Pairing) -> Iterator[str]:
        sides = {"standard_gauge_flow": stage.standard_gauge_flow, "broad_gauge_flow": stage.broad_gauge_flow}
        for side, flow_id in sides.items():
            if flow_id not in self.flows:
                yield f"stages.{stage_id}.{side}: {flow_id!r} is none of the flows {sorted(self.flows)}"
            elif stage_id not in self.flows[flow_id].stages:
                yield f"stages.{stage_id}.{side}: the route of flow {flow_id!r} does not lead through it"
        if len(set(sides.values())) == 1:
            yield f"stages.{stage_id}.broad_gauge_flow: a flow cannot be paired with itself"
        for flow_id, flow in self.flows.items():
            if stage_id in flow.stages and flow_id not in sides.values():
                yield f"flows.{flow_id}.route: {stage_id!r} pairs {' and '.join(sides.values())}, no other flow"


def _misfits(flow_id: str, flow: Flow, stage_id: str, stage: Any) -> Iterator[str]:
    """Say why a flow cannot go through a stage."""
    where = f"flows.{flow_id}.route"
    if flow.contents is None and stage.handles_contents:
        yield f"{where}: stage {stage_id!r} handles contents, but flows.{flow_id} has no contents"
    elif isinstance(stage, Yard) and flow.contents and flow.contents.teu_per_unit is None:
        yield f"{where}: yard {stage_id!r} counts in TEU, but flows.{flow_id}.contents has no teu_per_unit"
    if isinstance(stage, PipelineSection) != (flow.unit == "tonne"):
        yield f"{where}: a pipeline carries tonnes, and nothing else does; flows.{flow_id}.unit is {flow.unit!r}"
    if isinstance(stage, LineSection) and flow.unit != "train":
        yield f"{where}: stage {stage_id!r} is a railway line, but flows.{flow_id}.unit is {flow.unit!r}"


def migrate(document: Mapping[str, Any]) -> dict[str, Any]:
    """Bring a stored document to the present schema version.

    Version 1 is the first, so there is nothing to change yet; a document of a later version is refused by validation.
    """
    return dict(document)
