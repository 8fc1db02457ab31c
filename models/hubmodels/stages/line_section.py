"""A line section: trains follow each other, and on a single track meet."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from hubmodels.base import Rule, quantity
from hubmodels.calendars import HOURS_OF_A_DAY
from hubmodels.stages.base import ServedStage, loaded_up_to


class LineSection(ServedStage):
    """The limiting section of a line. On one track both directions share it; on two each has its own.

    A train occupies the section for its headway on two tracks, and for its running time with the station interval on
    one; it then runs the rest of the line.
    """

    kind: Literal["line_section"]
    tracks: Literal["single", "double"] = Field(description="One track for both directions, or one for each")
    headway_minutes: float = quantity(
        "Least time between trains of one direction on two tracks", "min", above=0, at_most=1e4
    )
    running_minutes: float = quantity("Running time through the limiting section", "min", above=0, at_most=1e4)
    interval_minutes: float = quantity(
        "Station interval between a train and the next one, on a single track",
        "min",
        default=0.0,
        at_least=0,
        at_most=1e4,
    )
    occupation_scv: float = quantity(
        "Squared coefficient of variation of the time that a train occupies the section",
        "1",
        default=0.1,
        at_least=0,
        at_most=100,
    )
    line_running_hours: float = quantity(
        "Running time over the rest of the line, once the limiting section is free again",
        "h",
        default=0.0,
        at_least=0,
        at_most=1e4,
    )
    passenger_trains_per_day: float = quantity(
        "Passenger trains in each direction, which go first", "trains/day", default=0.0, at_least=0, at_most=1_000
    )
    removal_coefficient: float = quantity(
        "Freight trains that one passenger train removes from the timetable", "1", default=1.3, at_least=1, at_most=10
    )
    window_hours_per_day: float = quantity(
        "Engineering window without trains", "h/day", default=0.0, at_least=0, below=24
    )
    practical_utilization: float = loaded_up_to(0.75)

    def rules(self) -> Iterator[Rule]:
        """Leave time for freight trains."""
        yield from super().rules()
        single = self.tracks == "single"
        occupied = self.running_minutes + self.interval_minutes if single else self.headway_minutes
        removed = self.passenger_trains_per_day * self.removal_coefficient * (2 if single else 1)
        left = removed * occupied < 60 * (HOURS_OF_A_DAY - self.window_hours_per_day)
        fields = ("passenger_trains_per_day", "removal_coefficient", "window_hours_per_day")
        yield Rule(left, fields, "leave no time for freight trains")
