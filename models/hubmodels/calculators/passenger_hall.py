"""A hall with booths for passengers who come in batches."""

from typing import Literal

from pydantic import Field

from hubmodels.base import count, quantity
from hubmodels.calculators.base import Question, loaded_up_to

LevelOfService = Literal["A", "B", "C", "D", "E"]


class PassengerHallQuestion(Question):
    """How many passengers booths clear who come in buses, trains or ferries at a constant interval."""

    booths: int = count("Booths", "booths")
    service_minutes: float = quantity("Time that a booth needs for a person", "min", above=0, at_most=10_000)
    batch_persons: float = quantity("Persons who come at once, as in a bus", "persons", at_least=1, at_most=1e6)
    interval_minutes: float = quantity("Time from one batch to the next", "min", above=0, at_most=1e6)
    wait_limit_minutes: float | None = quantity(
        "Wait of the last person that is accepted, for the sustainable capacity",
        "min",
        default=None,
        above=0,
        at_most=1e5,
    )
    level_of_service: LevelOfService = Field("C", description="Fruin's level of service of the queue [level]")
    practical_utilization: float = loaded_up_to(0.8, "that of the stages of hubs that serve units one by one")
