"""A stage of equal parallel servers: inspection crews, document desks, shunting locomotives."""

from typing import Literal

from pydantic import Field

from hubmodels.base import count
from hubmodels.durations import ServiceTime
from hubmodels.stages.base import Served, ServedStage, loaded_up_to


class ServiceStage(ServedStage):
    """Equal parallel servers with one waiting line, first come, first served."""

    kind: Literal["service"]
    servers: int = count("Parallel servers", "servers")
    service_time: ServiceTime = Field(description="Time one server is busy with one service unit")
    serves: Served = Field("unit", description="Whether the handling unit is served as one, or each of its contents")
    units_per_arrival: int = count(
        "Service units that each handling unit (or each content) brings, all at once", "units", default=1, at_most=1_000
    )
    practical_utilization: float = loaded_up_to(0.8)

    @property
    def handles_contents(self) -> bool:
        """Where each content is served."""
        return self.serves == "contents"
