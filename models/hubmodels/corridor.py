"""Corridors: a graph of hubs and lines, with the demands that cross it."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field, TypeAdapter, model_validator

from hubmodels.base import Line as Text
from hubmodels.base import MisfitError, Model, Rule, Slug, quantity, share
from hubmodels.evidence import Evidence, Source, Uncertainty
from hubmodels.hub import HubId, Location
from hubmodels.money import DemandUnit, EmissionFactor
from hubmodels.sourcing import sourcing_problems

CountedCapacity = Literal["theoretical", "practical", "sustainable"]


class Node(Model):
    """A place in a corridor. A hub may stand there, which all that passes goes through."""

    label: Text = Field("", max_length=200, description="Name for people")
    hub: HubId | None = Field(None, description="Id of the hub that stands here; none for a mere junction")
    flow: Slug | None = Field(
        None, description="Flow of the hub that takes what passes; its main flow by default; see also links.*.enters"
    )
    other_per_day: float = quantity(
        "Handling units of that flow that belong to no demand here", "units/day", default=0.0, at_least=0, at_most=1e7
    )
    location: Location | None = Field(None, description="Where it lies; that of the hub by default")


class Link(Model):
    """A line between two nodes, in one direction."""

    line: HubId = Field(description="Id of the line")
    start: Slug = Field(description="Node at which it begins")
    end: Slug = Field(description="Node at which it ends")
    flow: Slug | None = Field(None, description="Flow of the line that takes what passes; its main flow by default")
    enters: Slug | None = Field(
        None, description="Flow of the hub at the end that takes what comes from here; that of the node by default"
    )
    other_per_day: float = quantity(
        "Handling units of that flow that belong to no demand here", "units/day", default=0.0, at_least=0, at_most=1e7
    )


class Demand(Model):
    """What wants to go from one node to another."""

    label: Text = Field("", max_length=200, description="Name for people")
    origin: Slug = Field(description="Node at which it begins")
    destination: Slug = Field(description="Node at which it ends")
    unit: DemandUnit = Field(description="What is counted")
    per_day: float = quantity("Demand in a mean day", "units/day", at_least=0, at_most=1e7)
    value_of_time_usd_per_hour: float = quantity(
        "What an hour of one unit is worth", "USD/h", default=0.0, at_least=0, at_most=1e6
    )
    tonnes_per_unit: float | None = quantity(
        "Cargo in one unit; without it nothing is said in tonnes", "t", default=None, above=0, at_most=1e6
    )
    unserved_usd_per_unit: float = quantity(
        "Loss where a unit cannot be carried; far above any cost of carrying it", "USD", default=100_000.0, above=0
    )
    deadline_hours: float | None = quantity(
        "Time from door to door after which a unit is late", "h", default=None, above=0
    )


class Shock(Model):
    """What hits several places at once, now and then: weather, a holiday, a shortage of wagons."""

    label: Text = Field("", max_length=200, description="Name for people")
    probability: float = share("Share of the journeys that meet it")
    nodes: tuple[Slug, ...] = Field((), max_length=500, description="Nodes that it hits")
    links: tuple[Slug, ...] = Field((), max_length=500, description="Links that it hits")
    factor: float = quantity("Factor on the time at each of these", "1", default=1.0, at_least=0, at_most=1e3)
    extra_hours: float = quantity("Hours that come on top, at each of these", "h", default=0.0, at_least=0, at_most=1e4)

    def rules(self) -> Iterator[Rule]:
        """Hit something."""
        yield Rule(bool(self.nodes or self.links), ("nodes", "links"), "name what it hits")


class Storms(Model):
    """Months in which storms close nodes and links: for calendars of closures."""

    nodes: tuple[Slug, ...] = Field((), max_length=500, description="Nodes that they close")
    links: tuple[Slug, ...] = Field((), max_length=500, description="Links that they close")
    closed_share: dict[Slug, "MonthOfStorms"] = Field(
        min_length=1, max_length=12, description="By month: jan, feb, mar, apr, may, jun, jul, aug, sep, oct, nov, dec"
    )

    @model_validator(mode="after")
    def _know_months(self) -> "Storms":
        unknown = [month for month in self.closed_share if month not in MONTHS]
        if unknown:
            raise MisfitError([(f"closed_share.{unknown[0]}", f"is none of the months {', '.join(MONTHS)}")])
        return self


class MonthOfStorms(Model):
    """How storms are in one month."""

    share: float = quantity("Share of the month that is closed", "1", at_least=0, at_most=0.95)
    storm_hours: float = quantity("Mean length of one closure", "h", above=0, at_most=720)


MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class Corridor(Model):
    """A graph of hubs and lines with demands."""

    schema_version: Literal[1] = Field(1, description="Version of this form of document")
    kind: Literal["corridor"]
    id: HubId = Field(description="Id: small letters, digits and single hyphens")
    name: Text = Field(min_length=1, max_length=200, description="Name for people")
    summary: Text = Field("", max_length=2_000, description="What it is, in a sentence or two")
    capacity: CountedCapacity = Field("practical", description="Which capacity of hubs and lines limits flows")
    nodes: dict[Slug, Node] = Field(min_length=2, max_length=2_000, description="Places, by id")
    links: dict[Slug, Link] = Field(min_length=1, max_length=10_000, description="Lines in one direction, by id")
    demands: dict[Slug, Demand] = Field(min_length=1, max_length=2_000, description="What wants to cross, by id")
    main_demand: Slug = Field(description="The demand that `demand.` stands for and that times are told of")
    shocks: dict[Slug, Shock] = Field(
        default_factory=dict, max_length=10, description="What hits several places at once"
    )
    storms: dict[Slug, Storms] = Field(default_factory=dict, max_length=10, description="Seasons of storms")
    emission_factors: dict[Slug, EmissionFactor] = Field(
        default_factory=dict, description="Factors in place of those that come with hubcalc, by id"
    )
    sources: dict[Slug, Source] = Field(default_factory=dict, description="Publications, by id")
    evidence: dict[str, Evidence] = Field(default_factory=dict, description="Where inputs come from, by path")
    uncertainty: dict[str, Uncertainty] = Field(default_factory=dict, description="Ranges of inputs, by path")

    @property
    def main(self) -> Demand:
        """The main demand."""
        return self.demands[self.main_demand]

    @model_validator(mode="after")
    def _fit_together(self) -> "Corridor":
        sourcing = sourcing_problems(self, self.sources, self.evidence, self.uncertainty)
        problems = [*self._graph_problems(), *sourcing]
        if problems:
            raise MisfitError([(place, message) for place, _, message in (text.partition(": ") for text in problems)])
        return self

    def _graph_problems(self) -> Iterator[str]:
        if self.main_demand not in self.demands:
            yield f"main_demand: {self.main_demand!r} is none of the demands {sorted(self.demands)}"
        named = [
            (f"links.{key}.{end}", getattr(link, end)) for key, link in self.links.items() for end in ("start", "end")
        ]
        for key, demand in self.demands.items():
            named += [(f"demands.{key}.origin", demand.origin), (f"demands.{key}.destination", demand.destination)]
            if demand.origin == demand.destination:
                yield f"demands.{key}.destination: is the origin too"
        for group, items in (("shocks", self.shocks), ("storms", self.storms)):
            for key, item in items.items():
                named += [(f"{group}.{key}.nodes", node) for node in item.nodes]
                unknown = [link for link in item.links if link not in self.links]
                if unknown:
                    yield f"{group}.{key}.links: {unknown[0]!r} is none of the links"
        for place, name in named:
            if name not in self.nodes:
                yield f"{place}: {name!r} is none of the nodes {_few(self.nodes)}"
        for key, link in self.links.items():
            if link.start == link.end:
                yield f"links.{key}.end: a link leads to another node"
        for key, node in self.nodes.items():
            if node.hub is None and node.flow is not None:
                yield f"nodes.{key}.flow: there is no hub here"


def _few(names: dict[str, Node]) -> str:
    return ", ".join(sorted(names)[:20]) + (", ..." if len(names) > 20 else "")


CORRIDOR: TypeAdapter[Corridor] = TypeAdapter(Corridor)
"""Validates and writes corridor documents."""
