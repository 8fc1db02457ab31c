"""A yard: ground slots, stacking height and dwell."""

from typing import Literal

from hubmodels.base import count, quantity
from hubmodels.stages.base import StageBase, loaded_up_to


class Yard(StageBase):
    """Stacked storage. It holds boxes but does not delay trains; storage time is reported apart from dwell.

    After a transshipment front only the boxes that the front puts through the yard reach it.
    """

    kind: Literal["yard"]
    ground_slots: int = count("Ground slots of one TEU", "TEU", at_most=10_000_000)
    tiers: float = quantity("Mean stacking height that operations allow", "TEU per slot", at_least=1, at_most=12)
    dwell_hours: float = quantity("Mean time a box stays in the yard", "h", above=0, at_most=1e5)
    dwell_scv: float = quantity(
        "Squared coefficient of variation of that time", "1", default=1.0, at_least=0, at_most=100
    )
    peak_factor: float = quantity("Peak over mean of the boxes in the yard", "1", default=1.0, at_least=1, at_most=10)
    practical_utilization: float = loaded_up_to(0.7)

    @property
    def handles_contents(self) -> bool:
        """It stores them."""
        return True
