"""A run: moving over a distance, in which nobody waits for anybody."""

from typing import Literal

from hubmodels.base import quantity
from hubmodels.stages.base import StageBase


class Run(StageBase):
    """Moving over a distance at a mean speed, with planned stops, and what comes on top: paths, weather, controls.

    There is room for any number of units, so nothing limits the flow and nobody waits in line.
    """

    kind: Literal["run"]
    length_km: float = quantity("Length of the way", "km", above=0, at_most=1e5)
    speed_km_per_hour: float = quantity("Mean speed while moving", "km/h", above=0, at_most=1_000)
    stops_hours: float = quantity("Planned stops on the way, in all", "h", default=0.0, at_least=0, at_most=1e4)
    excess_mean_hours: float = quantity(
        "Mean of the time that comes on top: waiting for paths, weather, controls; lognormal",
        "h",
        default=0.0,
        at_least=0,
        at_most=1e4,
    )
    excess_scv: float = quantity(
        "Squared coefficient of variation of that time", "1", default=1.0, at_least=0, at_most=100
    )

    @property
    def practical_utilization(self) -> float:
        """Nothing is loaded."""
        return 1.0
