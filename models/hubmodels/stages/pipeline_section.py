"""A pipeline section: pumps, a line, tanks, and the moorings that empty them."""

from collections.abc import Iterator
from typing import Literal

from hubmodels.base import Rule, count, quantity, share
from hubmodels.stages.base import StageBase, loaded_up_to


class PipelineSection(StageBase):
    """A steady flow of tonnes: it passes pumps and a line into tanks, and leaves over moorings that are up or not."""

    kind: Literal["pipeline_section"]
    pumps: int = count("Pumps in place", "pumps", at_most=1_000)
    pumps_needed: int = count("Pumps that carry the full flow", "pumps", at_most=1_000)
    pump_availability: float = share("Share of the time in which one pump can work", default=1.0, zero=False)
    friction_exponent: float = quantity(
        "Power of the flow with which friction rises; with fewer pumps in series the flow falls by its inverse",
        "1",
        default=1.75,
        at_least=1,
        at_most=2,
    )
    line_tonnes_per_hour: float = quantity("Flow of the line with all pumps that are needed", "t/h", above=0)
    line_fill_tonnes: float = quantity("Mass inside the line", "t", default=0.0, at_least=0)
    tank_tonnes: float = quantity("Working capacity of the tanks at the end", "t", default=0.0, at_least=0)
    moorings: int = count("Moorings, or other outlets of the tanks", "moorings", default=1, at_most=1_000)
    mooring_availability: float = share("Share of the time in which one mooring can work", default=1.0, zero=False)
    mooring_tonnes_per_hour: float = quantity("Flow over one mooring that works", "t/h", above=0)
    practical_utilization: float = loaded_up_to(0.95)

    def rules(self) -> Iterator[Rule]:
        """There are as many pumps as needed."""
        yield Rule(self.pumps_needed <= self.pumps, ("pumps_needed", "pumps"), "more pumps are needed than there are")
