"""A ferry or feeder vessel: units gather to a load or wait for the timetable, sail, and the vessel comes back."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from hubmodels.base import Rule, count, quantity
from hubmodels.calendars import Interruptions
from hubmodels.durations import ServiceTime
from hubmodels.stages.base import StageBase, loaded_up_to


class FerryOrVessel(StageBase):
    """A fleet of equal vessels in a closed loop: load, sail, unload, and back."""

    kind: Literal["ferry_or_vessel"]
    vessels: int = count("Vessels in the loop", "vessels", at_most=1_000)
    load: int = count("Handling units that one vessel takes", "units")
    least_load: int = count("Handling units that must have gathered before a vessel leaves", "units", default=1)
    departs_every_hours: float | None = quantity(
        "Interval of the timetable; without it a vessel leaves as soon as its least load is there",
        "h",
        default=None,
        above=0,
    )
    passage_time: ServiceTime = Field(
        description="Time from departure until its load has been unloaded at the other side"
    )
    return_time: ServiceTime = Field(description="Time from then until the vessel is ready to load here again")
    interruptions: Interruptions | None = Field(None, description="Storms that keep vessels in port")
    practical_utilization: float = loaded_up_to(0.8)

    def rules(self) -> Iterator[Rule]:
        """Let a vessel take its least load."""
        yield Rule(self.least_load <= self.load, ("least_load", "load"), "a vessel cannot take its least load")
