"""A dry port: an inland terminal joined to seaports or borders by rail."""

from typing import Literal

from pydantic import Field

from hubmodels.hub import Country, HubBase


class DryPort(HubBase):
    """An inland terminal joined to seaports or borders by rail."""

    kind: Literal["dry_port"]
    country: Country = Field(description="ISO 3166-1 code of the country")

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries it lies in."""
        return (self.country,)
