"""A transshipment front: cranes between standard-gauge and broad-gauge tracks."""

from typing import Literal

from hubmodels.base import count, quantity, share
from hubmodels.stages.base import ServedStage, loaded_up_to


class TransshipmentFront(ServedStage):
    """Cranes that move boxes between a train on standard gauge and one on broad gauge, or through the yard."""

    kind: Literal["transshipment_front"]
    standard_gauge_tracks: int = count("Standard-gauge (1435 mm) tracks under the cranes", "tracks")
    broad_gauge_tracks: int = count("Broad-gauge (1520 mm) tracks under the cranes", "tracks")
    cranes: int = count("Cranes that work the front", "cranes")
    moves_per_crane_hour: float = quantity("Moves of one crane in an hour of work", "moves/h", above=0, at_most=1_000)
    move_scv: float = quantity(
        "Squared coefficient of variation of the time of one move", "1", default=0.0, at_least=0, at_most=100
    )
    crane_availability: float = share("Share of the open time in which a crane can work", default=1.0, zero=False)
    place_minutes: float = quantity("Time to place a train under the cranes", "min", at_least=0, at_most=1e5)
    remove_minutes: float = quantity("Time to remove a train from the front", "min", at_least=0, at_most=1e5)
    yard_share: float = share("Share of the boxes put through the yard, which costs a second move", default=0.0)
    rehandling_share: float = share("Share of the moves that must be done twice", default=0.0)
    practical_utilization: float = loaded_up_to(0.75)

    @property
    def handles_contents(self) -> bool:
        """It moves them."""
        return True
