"""The size of a yard by the rules of guidelines."""

from hubmodels.base import count, quantity, share
from hubmodels.calculators.base import Question

PLANNING = "the default is that of laden stacks in planning software (OpenTISim)"


class YardSlotsQuestion(Question):
    """How many ground slots and how much area a yard needs, and what a yard of given size turns over."""

    teu_per_year: float = quantity("Containers that pass through the stack", "TEU/year", above=0)
    dwell_days: float = quantity("Mean dwell", "days", above=0, at_most=3_650)
    tiers: float = quantity("Nominal height of the stack", "TEU/slot", above=0, at_most=12)
    stacking_share: float = share(f"Mean height over nominal height; {PLANNING}", default=0.8, zero=False)
    occupancy_share: float = share(
        f"Share of the places that may be filled; {PLANNING}, guidelines have 0.65 to 0.8", default=0.7, zero=False
    )
    peak_factor: float = quantity(
        f"Peak over mean occupancy; {PLANNING}, guidelines have 1.2 to 1.3", "1", default=1.2, at_least=1, at_most=10
    )
    days_per_year: float = quantity(
        "Days on which the terminal works", "days/year", default=365.0, at_least=1, at_most=366
    )
    ground_slots: int | None = count("Ground slots that there are", "slots", default=None, at_most=10_000_000)
    slot_area_m2: float | None = quantity(
        "Area of a slot with its part of the lanes", "m2/slot", default=None, above=0, at_most=10_000
    )
    area_m2: float | None = quantity("Area that there is", "m2", default=None, above=0)
    usable_share: float = share("Share of the area that slots may take", default=1.0, zero=False)
    teu_volume_m3: float = quantity(
        "Volume of a container; the default is that of a port exercise on the standard of UNCTAD 1978",
        "m3/TEU",
        default=29.0,
        above=0,
        at_most=1_000,
    )
    stack_height_m: float | None = quantity(
        "Height of the stacks, for the area by volume", "m", default=None, above=0, at_most=100
    )
    broken_stowage_share: float = quantity(
        "Share of the space that stays empty; the default is that of the same exercise",
        "1",
        default=0.4,
        at_least=0,
        below=1,
    )
