"""A gate: lanes for trucks."""

from typing import Literal

from pydantic import Field

from hubmodels.base import count
from hubmodels.durations import ServiceTime
from hubmodels.stages.base import ServedStage, loaded_up_to


class Gate(ServedStage):
    """Lanes with one waiting line, each handling one truck at a time."""

    kind: Literal["gate"]
    lanes: int = count("Lanes", "lanes")
    service_time: ServiceTime = Field(description="Time one lane is busy with one truck")
    practical_utilization: float = loaded_up_to(0.8)
