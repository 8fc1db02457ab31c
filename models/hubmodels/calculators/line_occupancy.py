"""The occupancy of a railway line by its compressed timetable."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from hubmodels.base import Rule, quantity, share
from hubmodels.calculators.base import Question

TrafficKind = Literal["mixed", "suburban", "high_speed"]
OccupancyWindow = Literal["peak_hour", "day"]


class LineOccupancyQuestion(Question):
    """How much of the capacity of a line section a timetable consumes, after UIC 406."""

    occupied_minutes: float = quantity(
        "Time that the trains of the window occupy the section when their paths are pushed together", "min", above=0
    )
    window_minutes: float = quantity("Time of the window", "min", above=0, at_most=1e6)
    traffic: TrafficKind = Field("mixed", description="Kind of traffic, for the limit of UIC 406 [traffic]")
    window: OccupancyWindow = Field("day", description="Peak hour or day, for the limit of UIC 406 [window]")
    practical_utilization: float | None = share(
        "Largest occupancy for a stable timetable; that of UIC 406 for the traffic and the window unless given",
        default=None,
        zero=False,
    )
    trains: float | None = quantity("Trains of the window", "trains", default=None, above=0, at_most=1e6)

    def rules(self) -> Iterator[Rule]:
        """Traffic and window are for the limit of UIC 406 only."""
        for name, default in (("traffic", "mixed"), ("window", "day")):
            yield Rule(
                (self.practical_utilization is None) | (getattr(self, name) == default),
                (name, "practical_utilization"),
                "it plays no part where the largest occupancy is given",
            )
