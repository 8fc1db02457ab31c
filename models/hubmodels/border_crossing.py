"""A border crossing: two countries' stations or posts that hand cargo to each other."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from hubmodels.base import Rule
from hubmodels.hub import Country, HubBase


class BorderCrossing(HubBase):
    """A place where cargo passes from one country to another."""

    kind: Literal["border_crossing"]
    mode: Literal["rail", "road"] = Field(description="What crosses")
    country_from: Country = Field(description="ISO 3166-1 code of the country that the main flow leaves")
    country_to: Country = Field(description="ISO 3166-1 code of the country that the main flow enters")

    def rules(self) -> Iterator[Rule]:
        """Two different countries meet."""
        yield Rule(self.country_from != self.country_to, ("country_from", "country_to"), "must differ")

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries on both sides."""
        return (self.country_from, self.country_to)
