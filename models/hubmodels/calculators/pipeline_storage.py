"""Tanks between a pipeline and ships."""

from hubmodels.base import quantity, share
from hubmodels.calculators.base import Question


class PipelineStorageQuestion(Question):
    """How large tanks must be between a pipeline that never stops and ships that may be late."""

    flow_m3_per_hour: float = quantity("Volume that flows in", "m3/h", above=0)
    cargo_m3: float = quantity("Volume of a cargo", "m3", above=0)
    loading_hours: float = quantity("Time to load a cargo, the ship's mooring included", "h", above=0, at_most=10_000)
    closure_hours: float = quantity(
        "Longest time by which a ship may be late, as in bad weather", "h", default=0.0, at_least=0, at_most=1e5
    )
    working_share: float = share("Share of the volume that can be filled and emptied", default=1.0, zero=False)
    tank_m3: float | None = quantity("Volume of the tanks that there are", "m3", default=None, above=0)
