"""A gauge change: wagons are lifted and their bogies exchanged."""

from typing import Literal

from pydantic import Field

from hubmodels.base import count, quantity
from hubmodels.durations import ServiceTime
from hubmodels.stages.base import ServedStage, loaded_up_to


class GaugeChange(ServedStage):
    """Tracks with lifting positions. A train takes a track, is placed, has each wagon lifted, and is removed.

    Its contents are its wagons; all tracks share the positions.
    """

    kind: Literal["gauge_change"]
    tracks: int = count("Tracks of the bogie exchange", "tracks")
    positions: int = count("Wagons that can be lifted at once, over all tracks", "positions")
    service_time: ServiceTime = Field(description="Time one position is busy with one wagon")
    place_minutes: float = quantity("Time to place a train on a track", "min", at_least=0, at_most=1e5)
    remove_minutes: float = quantity("Time to remove a train", "min", at_least=0, at_most=1e5)
    practical_utilization: float = loaded_up_to(0.75)

    @property
    def handles_contents(self) -> bool:
        """It lifts the wagons."""
        return True
