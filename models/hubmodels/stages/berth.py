"""Berths: vessels moor, are worked by cranes, and leave; tide and weather have their say."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from hubmodels.base import Rule, count, quantity
from hubmodels.calendars import Window
from hubmodels.stages.base import ServedStage, loaded_up_to


class Berth(ServedStage):
    """A quay of equal berths, each with its own cranes.

    `interruptions` are storms: mooring and cranes stand still. The access window is awaited before mooring, at a berth
    that is kept meanwhile.
    """

    kind: Literal["berth"]
    berths: int = count("Berths", "berths")
    cranes_per_berth: float = quantity("Cranes that work one vessel", "cranes", above=0, at_most=20)
    moves_per_crane_hour: float = quantity("Moves of one crane in an hour of work", "moves/h", above=0, at_most=1_000)
    crane_interference: float = quantity(
        "Share of its pace that each crane loses for each further one beside it",
        "1",
        default=0.0,
        at_least=0,
        at_most=0.5,
    )
    handling_scv: float = quantity(
        "Squared coefficient of variation of the pace of handling from vessel to vessel",
        "1",
        default=0.0,
        at_least=0,
        at_most=100,
    )
    mooring_hours: float = quantity(
        "Time at the berth before and after handling", "h", default=2.0, at_least=0, at_most=1e4
    )
    access: Window | None = Field(None, description="When vessels can come in, such as high tide; always by default")
    practical_utilization: float = loaded_up_to(0.6)

    def rules(self) -> Iterator[Rule]:
        """Let cranes beside each other still work."""
        yield Rule(
            self.pace_left > 0, ("crane_interference", "cranes_per_berth"), "so many cranes hinder each other to a stop"
        )

    @property
    def pace_left(self) -> float:
        """Share of its pace that each crane keeps beside the others."""
        further = (self.cranes_per_berth - 1) * (self.cranes_per_berth > 1)
        return 1 - self.crane_interference * further

    @property
    def moves_per_hour(self) -> float:
        """Moves of all cranes at one vessel in an hour of work."""
        return self.cranes_per_berth * self.moves_per_crane_hour * self.pace_left

    @property
    def handles_contents(self) -> bool:
        """It moves them."""
        return True
