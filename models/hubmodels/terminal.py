"""A terminal: where cargo changes between modes at the sea, a ferry or inland."""

from typing import Literal

from pydantic import Field

from hubmodels.hub import Country, HubBase


class Terminal(HubBase):
    """Where cargo changes between modes."""

    kind: Literal["terminal"]
    terminal_type: Literal["sea", "ferry", "inland"] = Field(description="What it serves")
    country: Country = Field(description="ISO 3166-1 code of the country")

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries it lies in."""
        return (self.country,)
