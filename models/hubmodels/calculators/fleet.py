"""A fleet that goes round, asked without a hub."""

from hubmodels.base import count, quantity, share
from hubmodels.calculators.base import Question, backlog_horizon


class FleetQuestion(Question):
    """How many round trips vehicles, wagons, locomotives or vessels make, and how many a demand needs."""

    vehicles: int = count("Vehicles, wagons, locomotives or vessels", "vehicles", at_most=10_000_000)
    cycle_hours: float = quantity("Time of a round trip, waits included", "h", above=0, at_most=1e6)
    trips_per_day: float | None = quantity("Round trips that are to be made", "trips/day", default=None, above=0)
    availability: float = share("Share of the fleet that is in service", default=1.0, zero=False)
    closed_share: float = quantity(
        "Share of the time in which nothing moves, as in storms", "1", default=0.0, at_least=0, below=1
    )
    reserve_share: float = quantity(
        "Vehicles in reserve over those in use; the default is that of a manual of rail planning",
        "1",
        default=0.1,
        at_least=0,
        at_most=10,
    )
    days_per_year: float = quantity(
        "Days on which the fleet works", "days/year", default=365.0, at_least=1, at_most=366
    )
    trip_load: float | None = quantity(
        "Load of a round trip, in units of any kind", "units/trip", default=None, above=0
    )
    horizon_days: float = backlog_horizon()
