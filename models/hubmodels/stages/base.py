"""What every stage has."""

from typing import Literal

from pydantic import Field

from hubmodels.base import Line, Model, quantity, share
from hubmodels.calendars import Breakdowns, Calendar, Interruptions

Served = Literal["unit", "contents"]


class StageBase(Model):
    """One thing that a flow goes through in a hub."""

    label: Line = Field("", max_length=200, description="Name for people")
    share: float = share(
        "Share of the arriving units that visit this stage; the others pass by", default=1.0, zero=False
    )

    @property
    def handles_contents(self) -> bool:
        """Whether it handles what is inside the handling units, so that their flow must say what that is."""
        return False


class ServedStage(StageBase):
    """A stage whose servers work: they keep hours, fail, stand still in a storm, and have room for some in line."""

    calendar: Calendar | None = Field(None, description="Own hours of work; those of the hub by default")
    breakdowns: Breakdowns | None = Field(None, description="How its servers fail; they do not by default")
    interruptions: Interruptions | None = Field(None, description="What stops all its servers at once")
    waiting_room: int | None = quantity(
        "Places in line before the servers; a unit that finds none stays, and blocks, where it is. Endless by default",
        "units",
        default=None,
        at_least=0,
        at_most=100_000,
    )


def loaded_up_to(default: float) -> float:
    """Declare the utilization up to which the stage is loaded in practice."""
    limit: float = share("Utilization up to which this stage is loaded in practice", default=default, zero=False)
    return limit
