"""What arrives at a hub."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from hubmodels.base import MisfitError, Model, Rule, Slug, quantity, share
from hubmodels.routes import Route, RouteGraph, entry_of, route_problems, share_rules, stages_of, transitions

HandlingUnit = Literal["train", "wagon", "container", "truck", "vessel", "passenger", "tonne", "bus", "car"]
Direction = Literal["forward", "return"]


class Contents(Model):
    """What one handling unit brings, all at once."""

    unit: HandlingUnit = Field(description="What is inside")
    mean: float = quantity("Mean number inside one handling unit", "units per handling unit", at_least=1, at_most=1e6)
    scv: float = quantity("Squared coefficient of variation of that number", "1", default=0.0, at_least=0, at_most=100)
    teu_per_unit: float | None = quantity(
        "Twenty-foot equivalents of one content unit; without it nothing is said in TEU", "TEU", default=None, above=0
    )
    empty_share: float = share("Share of the content units that are empty", default=0.0)
    units_per_wagon: float | None = quantity(
        "Content units on one wagon; without it nothing is said of wagons", "units per wagon", default=None, above=0
    )

    def rules(self) -> Iterator[Rule]:
        """Batches of one do not vary."""
        yield Rule((self.mean > 1) | (self.scv == 0), ("mean", "scv"), "contents of mean 1 cannot vary; set scv to 0")


class Flow(Model):
    """A stream of handling units and the stages it goes through."""

    unit: HandlingUnit = Field(description="What is counted")
    per_day: float = quantity("Handling units that arrive in a mean day", "units/day", at_least=0, at_most=1e7)
    scv: float = quantity(
        "Squared coefficient of variation of the gaps between arrivals; 1 means Poisson arrivals, 0 a timetable",
        "1",
        default=1.0,
        at_least=0,
        at_most=100,
    )
    direction: Direction = Field("forward", description="Way through the hub: with the main flow, or back")
    priority: int = quantity(
        "Rank in line where stages are shared: the least is served first, first come first served among equals",
        "1",
        default=5,
        at_least=1,
        at_most=9,
    )
    hourly_weights: tuple[Annotated[float, Field(ge=0)], ...] | None = Field(
        None,
        min_length=24,
        max_length=24,
        description="Arrivals in each hour of the day, local time, relative to each other; even by default [1]",
    )
    contents: Contents | None = Field(None, description="What one handling unit brings")
    route: Route = Field(
        description="Ids of the stages in order, or a graph {stage: {next: share}}; what is left of 1 leaves [1]",
    )

    def rules(self) -> Iterator[Rule]:
        """Split no more than there is."""
        yield from share_rules(self.route)

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages of the route, each after those that lead to it."""
        return stages_of(self.route)

    @property
    def entry(self) -> str:
        """The stage at which the route begins."""
        return entry_of(self.route)

    @property
    def transitions(self) -> Mapping[str, Mapping[str, Any]]:
        """Map each stage to the stages that may follow and their shares; what is left of 1 leaves the hub."""
        return transitions(self.route)

    @model_validator(mode="after")
    def _lead_through(self) -> "Flow":
        problems = list(route_problems(self.route))
        if self.hourly_weights is not None and not any(self.hourly_weights):
            problems.append(("hourly_weights", "some hour must have arrivals"))
        if problems:
            raise MisfitError(problems)
        return self


__all__ = ["Contents", "Direction", "Flow", "HandlingUnit", "Route", "RouteGraph", "Slug"]
