"""What passing costs, and what it leaves in the air."""

from typing import Literal

from pydantic import Field

from hubmodels.base import Model, quantity, share

DemandUnit = Literal["teu", "tonne", "truck", "passenger"]
"""What a demand of a corridor is counted in."""

Boundary = Literal["well_to_wheel", "tank_to_wheel"]
"""ISO 14083: with or without the provision of the energy."""


class Price(Model):
    """What one unit of a demand pays."""

    usd: float = quantity("Price for one unit to pass, all charges together", "USD", at_least=0, at_most=1e6)


class Traction(Model):
    """How a part of the transport work of a line is driven; its key names an emission factor."""

    share: float = share("Share of the line's length that is driven so", default=1.0, zero=False)
    empty_share: float = quantity(
        "Distance run empty for one kilometer loaded, beyond what the factor counts itself",
        "1",
        default=0.0,
        at_least=0,
        at_most=10,
    )


class Handling(Model):
    """What a hub does with one unit of a demand; its key names an emission factor per move."""

    moves: float = quantity("Moves of one unit of a demand", "moves", default=1.0, at_least=0, at_most=100)


class EmissionFactor(Model):
    """Greenhouse gases of one unit of transport or handling work."""

    per: Literal["tonne_km", "teu_km", "move"] = Field(description="What the factor is multiplied by")
    well_to_wheel_grams: float = quantity(
        "CO2 equivalents with the provision of the energy", "g", at_least=0, at_most=1e9
    )
    tank_to_wheel_grams: float = quantity("CO2 equivalents of the operation alone", "g", at_least=0, at_most=1e9)
