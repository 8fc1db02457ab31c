"""A gate or booths for vehicles, asked without a hub."""

from collections.abc import Iterator

from hubmodels.base import Rule, count, quantity, share
from hubmodels.calculators.base import Question, loaded_up_to

PLANNING = "the default is that of planning software (OpenTISim)"


class GateQuestion(Question):
    """How many vehicles lanes take in the peak hour of a year, and how long they wait then."""

    lanes: int = count("Lanes, or booths", "lanes")
    service_minutes: float = quantity("Time that a lane needs for a vehicle", "min", above=0, at_most=1e5)
    vehicles_per_year: float | None = quantity("Vehicles that pass the gate", "vehicles/year", default=None, above=0)
    vehicles_per_hour: float | None = quantity(
        "Vehicles of the peak hour, instead of those that follow from a year", "vehicles/h", default=None, above=0
    )
    service_scv: float = quantity(
        "Squared coefficient of variation of that time; 1 is taken as exponential",
        "1",
        default=1.0,
        at_least=0,
        at_most=100,
    )
    working_hours_per_year: float = quantity(
        "Hours in which the terminal works", "h/year", default=8_760.0, at_least=1, at_most=8_784
    )
    peak_factor: float = quantity(f"Peak week over mean week; {PLANNING}", "1", default=1.2, at_least=1, at_most=10)
    peak_day_share: float = share(f"Share of a week's vehicles on its peak day; {PLANNING}", default=0.25, zero=False)
    peak_hour_share: float = share(f"Share of a day's vehicles in its peak hour; {PLANNING}", default=0.125, zero=False)
    appointment_share: float = share(
        "Share of the vehicles that have an appointment and keep it, spread evenly", default=0.0
    )
    appointment_hours_per_day: float = quantity(
        "Hours of a day for which appointments are given", "h/day", default=24.0, at_least=1, at_most=24
    )
    wait_limit_minutes: float | None = quantity(
        "Mean wait that is accepted, for the sustainable capacity", "min", default=None, above=0, at_most=1e5
    )
    practical_utilization: float = loaded_up_to(0.8, "that of the gates of hubs")

    def rules(self) -> Iterator[Rule]:
        """Take the peak hour as given, or from the year."""
        yield Rule(
            self.vehicles_per_year is None or self.vehicles_per_hour is None,
            ("vehicles_per_hour", "vehicles_per_year"),
            "give one of the two",
        )
