"""A division of a single-track railway by the rules of military rail planning."""

from collections.abc import Iterator

from hubmodels.base import Rule, quantity
from hubmodels.calculators.base import Question, backlog_horizon

MANUAL = "the default is that of the manual"


class RailwayDivisionQuestion(Question):
    """How many trains and tons a division takes each way, and how many engines that needs."""

    train_tons: float = quantity("Net load of a train", "t", above=0, at_most=1e6)
    trains_per_day: float | None = quantity(
        "Train density each way, if it is known", "trains/day", default=None, above=0, at_most=1e6
    )
    passing_tracks: float | None = quantity(
        "Passing tracks that count, those too near to the one before left out",
        "tracks",
        default=None,
        at_least=0,
        at_most=10_000,
    )
    speed_km_per_hour: float | None = quantity("Mean speed of a train", "km/h", default=None, above=0, at_most=1_000)
    division_km: float | None = quantity("Length of the division", "km", default=None, above=0, at_most=1e5)
    passenger_trains_per_day: float = quantity(
        "Trains of these that carry passengers", "trains/day", default=0.0, at_least=0, at_most=1e6
    )
    terminal_hours: float | None = quantity(
        "Time of an engine at the terminal", "h", default=None, at_least=0, at_most=10_000
    )
    engine_reserve_share: float = quantity(
        f"Engines in reserve over those in use; {MANUAL}", "1", default=0.2, at_least=0, at_most=10
    )
    tons_per_day: float | None = quantity("Freight that is to be carried each way", "t/day", default=None, above=0)
    horizon_days: float = backlog_horizon()

    def rules(self) -> Iterator[Rule]:
        """Take the density as known, or from tracks, speed and length."""
        road = self.speed_km_per_hour is not None and self.division_km is not None
        yield Rule(
            self.trains_per_day is not None or (road and self.passing_tracks is not None),
            ("trains_per_day", "passing_tracks", "speed_km_per_hour", "division_km"),
            "give the density, or what it follows from",
        )
        yield Rule(
            self.terminal_hours is None or road,
            ("terminal_hours", "speed_km_per_hour", "division_km"),
            "engines need speed and length too",
        )
        yield Rule(
            self.trains_per_day is None or self.passing_tracks is None,
            ("passing_tracks", "trains_per_day"),
            "they play no part where the density is given",
        )
