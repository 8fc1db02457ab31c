"""A yard that trains fill in batches, asked without a hub."""

from collections.abc import Iterator

from hubmodels.base import Rule, count, quantity, share
from hubmodels.calculators.base import Question, loaded_up_to


class YardQuestion(Question):
    """How full a yard gets, and how many batches it can take: M^X/G/infinity."""

    batch_mean: float = quantity("Mean number of boxes of a batch, as of a train", "boxes", at_least=1, at_most=100_000)
    dwell_hours: float = quantity("Mean time a box stays in the yard", "h", above=0, at_most=1e5)
    batches_per_day: float | None = quantity(
        "Batches that arrive, at random times", "batches/day", default=None, above=0
    )
    batch_scv: float = quantity(
        "Squared coefficient of variation of the boxes of a batch", "1", default=0.0, at_least=0, at_most=100
    )
    dwell_scv: float = quantity(
        "Squared coefficient of variation of the dwell; 1 is taken as exponential",
        "1",
        default=1.0,
        at_least=0,
        at_most=100,
    )
    stored_share: float = share("Share of the boxes that go into the yard, each on its own", default=1.0, zero=False)
    teu_per_box: float = quantity("TEU of a box", "TEU", default=1.0, above=0, at_most=10)
    ground_slots: int | None = count("Ground slots of one TEU", "TEU", default=None, at_most=10_000_000)
    tiers: float | None = quantity(
        "Mean stacking height that operations allow", "TEU per slot", default=None, at_least=1, at_most=12
    )
    slot_area_m2: float | None = quantity(
        "Area of a slot with its part of the lanes", "m2/slot", default=None, above=0, at_most=10_000
    )
    practical_utilization: float = loaded_up_to(0.7, "that of the yards of hubs; guidelines have 0.65 to 0.8")

    def rules(self) -> Iterator[Rule]:
        """Slots and areas need a height."""
        yield Rule(
            self.tiers is not None or (self.ground_slots is None and self.slot_area_m2 is None),
            ("tiers", "ground_slots", "slot_area_m2"),
            "slots and areas need the stacking height",
        )
        yield Rule(
            (self.batch_mean > 1) | (self.batch_scv == 0),
            ("batch_scv", "batch_mean"),
            "batches of one box each cannot vary",
        )
