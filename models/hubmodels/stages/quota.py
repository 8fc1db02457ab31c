"""A quota: the neighbour takes so many a day."""

from typing import Literal

from hubmodels.base import count
from hubmodels.stages.base import StageBase, loaded_up_to


class Quota(StageBase):
    """A daily cap: units pass while the day has permits left, then from midnight on, first come first served."""

    kind: Literal["quota"]
    per_day: int = count("Units that may pass in a day, from midnight to midnight", "units/day", at_most=1_000_000)
    practical_utilization: float = loaded_up_to(0.9)
