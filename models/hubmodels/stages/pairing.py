"""Pairing: a standard-gauge train waits for a broad-gauge one, or the other way round."""

from typing import Literal

from pydantic import Field

from hubmodels.base import Slug, count
from hubmodels.stages.base import StageBase, loaded_up_to


class Pairing(StageBase):
    """Two flows meet: each unit waits for one of the other, then both go on.

    Both have room for so many that wait. A unit that finds its room full is held back by its own network and counted as
    turned away: with endless room on both sides the two flows drift apart and no mean exists.
    """

    kind: Literal["pairing"]
    standard_gauge_flow: Slug = Field(description="Id of the flow on standard gauge; it passes this stage")
    broad_gauge_flow: Slug = Field(description="Id of the flow on broad gauge; it passes this stage")
    standard_gauge_room: int = count("Standard-gauge units that can wait", "units", at_most=1_000)
    broad_gauge_room: int = count("Broad-gauge units that can wait", "units", at_most=1_000)
    practical_utilization: float = loaded_up_to(0.9)
