"""A platform pool: wagons, locomotives or trucks that leave with a unit and come back some day."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from hubmodels.base import Rule, count, quantity, share
from hubmodels.durations import ServiceTime
from hubmodels.stages.base import StageBase, loaded_up_to


class PlatformPool(StageBase):
    """A fleet in a closed loop: a unit waits for the platforms it needs, is loaded, and takes them away with it.

    The platforms of one unit go and come back together, so those beyond a whole number of such groups are of no use.
    """

    kind: Literal["platform_pool"]
    platforms: int = count("Platforms in the loop", "platforms", at_most=1_000_000)
    platforms_per_unit: int = count("Platforms that one handling unit needs", "platforms", default=1)
    loading_time: ServiceTime = Field(description="Time from getting the platforms to leaving with them")
    return_time: ServiceTime = Field(description="Time from leaving until they are back and empty")
    empty_return_share: float = share(
        "Share of the returns for which there is no load, so that the platforms must wait to be collected", default=0.0
    )
    empty_return_hours: float = quantity(
        "Further exponential time that a return without load takes, in the mean",
        "h",
        default=0.0,
        at_least=0,
        at_most=1e5,
    )
    practical_utilization: float = loaded_up_to(0.85)

    def rules(self) -> Iterator[Rule]:
        """Have enough for one unit at least."""
        yield from super().rules()
        enough = self.platforms >= self.platforms_per_unit
        yield Rule(enough, ("platforms", "platforms_per_unit"), "the pool is too small for a single unit")
