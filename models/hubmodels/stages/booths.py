"""Booths: passengers, alone or by the busload."""

from typing import Literal

from pydantic import Field

from hubmodels.base import count
from hubmodels.durations import ServiceTime
from hubmodels.stages.base import Served, ServedStage, loaded_up_to


class Booths(ServedStage):
    """Booths with one line, each checking one person at a time. A bus goes on when its last passenger is done."""

    kind: Literal["booths"]
    booths: int = count("Booths that are staffed", "booths")
    service_time: ServiceTime = Field(description="Time one booth is busy with one person")
    serves: Served = Field(
        "contents", description="Whether each handling unit is one person, or brings them as contents"
    )
    practical_utilization: float = loaded_up_to(0.8)

    @property
    def handles_contents(self) -> bool:
        """Where each content is a person."""
        return self.serves == "contents"
