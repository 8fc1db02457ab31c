"""What every stage has."""

from typing import Literal

from pydantic import Field

from hubmodels.base import Line, Model, share

Served = Literal["unit", "contents"]


class StageBase(Model):
    """One thing that a flow goes through in a hub."""

    label: Line = Field("", max_length=200, description="Name for people")
    share: float = share(
        "Share of the arriving units that visit this stage; the others pass by", default=1.0, zero=False
    )


def loaded_up_to(default: float) -> float:
    """Declare the utilization up to which the stage is loaded in practice."""
    limit: float = share("Utilization up to which this stage is loaded in practice", default=default, zero=False)
    return limit
