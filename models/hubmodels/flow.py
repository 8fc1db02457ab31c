"""What arrives at a hub."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from hubmodels.base import Model, Rule, quantity

HandlingUnit = Literal["train", "wagon", "container", "truck", "vessel", "passenger", "tonne"]

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$", max_length=64)]
"""An id: small letters, digits, single hyphens or underscores between them; no dots, which separate paths."""


class Contents(Model):
    """What one handling unit brings, all at once."""

    unit: HandlingUnit = Field(description="What is inside")
    mean: float = quantity("Mean number inside one handling unit", "units per handling unit", at_least=1, at_most=1e6)
    scv: float = quantity("Squared coefficient of variation of that number", "1", default=0.0, at_least=0, at_most=100)
    teu_per_unit: float | None = quantity(
        "Twenty-foot equivalents of one content unit; without it nothing is said in TEU", "TEU", default=None, above=0
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
    contents: Contents | None = Field(None, description="What one handling unit brings")
    route: tuple[Slug, ...] = Field(min_length=1, max_length=100, description="Ids of the stages, in order")
