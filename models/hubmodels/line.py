"""Lines: what joins hubs. A line is analyzed like a hub: flows go through its stages."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from hubmodels.base import Line as Text
from hubmodels.base import Rule, Slug, quantity
from hubmodels.hub import Country, HubBase, Location
from hubmodels.money import Traction

Degrees = Annotated[float, Field(ge=-180, le=180)]


class LineBase(HubBase):
    """A connection of two places; `location` is where it begins."""

    begins_at: Text = Field(min_length=1, max_length=100, description="Name of the place where it begins")
    ends_at: Text = Field(min_length=1, max_length=100, description="Name of the place where it ends")
    end_location: Location = Field(description="Where it ends")
    waypoints: tuple[tuple[Degrees, Degrees], ...] = Field(
        (), max_length=1_000, description="Longitude and latitude of points between, for maps [deg]"
    )
    countries: tuple[Country, ...] = Field(
        (), max_length=20, description="ISO 3166-1 codes of the countries it crosses"
    )
    length_km: float = quantity("Length from end to end", "km", above=0, at_most=50_000)
    traction: dict[Slug, Traction] = Field(
        default_factory=dict, description="How its transport work is driven, by emission factor"
    )

    def rules(self) -> Iterator[Rule]:
        """Drive the whole length, once."""
        yield from super().rules()
        whole = sum(part.share for part in self.traction.values()) if self.traction else 1.0
        yield Rule(abs(whole - 1) < 1e-6, ("traction",), "the shares must add up to 1")


class Railway(LineBase):
    """A railway line; its one track gauge stands in `gauges_mm`."""

    kind: Literal["railway"]

    def rules(self) -> Iterator[Rule]:
        """One gauge from end to end."""
        yield from super().rules()
        yield Rule(len(self.gauges_mm) == 1, ("gauges_mm",), "a railway line has one gauge; join two lines at a hub")


class Road(LineBase):
    """A road."""

    kind: Literal["road"]


class SeaLeg(LineBase):
    """A passage over water: a ferry, a feeder or the open sea."""

    kind: Literal["sea_leg"]


class Pipeline(LineBase):
    """A pipeline."""

    kind: Literal["pipeline"]


LineDocument = Annotated[Railway | Road | SeaLeg | Pipeline, Field(discriminator="kind")]
"""A line document of any kind."""

LINE: TypeAdapter[Railway | Road | SeaLeg | Pipeline] = TypeAdapter(LineDocument)
"""Validates and writes line documents."""
