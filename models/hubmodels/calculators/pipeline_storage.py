"""Tanks between a pipeline and ships."""

from collections.abc import Iterator

from hubmodels.base import Rule, count, quantity, share
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
    moorings: int = count("Moorings at which ships load at once", "moorings", default=1, at_most=1_000)
    moorings_lost: int = quantity(
        "Moorings of these that are out of work", "moorings", default=0, at_least=0, at_most=1_000
    )
    initial_fill_share: float | None = share(
        "Share of the working volume that is full when moorings are lost, for the days until the tanks are full",
        default=None,
    )

    def rules(self) -> Iterator[Rule]:
        """Only what is there is lost."""
        yield Rule(
            self.moorings_lost <= self.moorings, ("moorings_lost", "moorings"), "no more can be lost than there are"
        )
