"""A transshipment front, asked without a hub."""

from collections.abc import Iterator

from hubmodels.base import Rule, count, quantity, share
from hubmodels.calculators.base import Question, backlog_horizon, loaded_up_to


class TransshipmentFrontQuestion(Question):
    """How many trains a front takes: its tracks, its cranes, and where they are given its wagons and its yard."""

    standard_gauge_tracks: int = count("Standard-gauge (1435 mm) tracks under the cranes", "tracks")
    broad_gauge_tracks: int = count("Broad-gauge (1520 mm) tracks under the cranes", "tracks")
    cranes: int = count("Cranes that work the front", "cranes")
    moves_per_crane_hour: float = quantity("Moves of one crane in an hour of work", "moves/h", above=0, at_most=1_000)
    boxes_per_train: float = quantity("Mean number of boxes of a train", "boxes", at_least=1, at_most=10_000)
    place_minutes: float = quantity("Time to place a train under the cranes", "min", at_least=0, at_most=1e5)
    remove_minutes: float = quantity("Time to remove a train from the front", "min", at_least=0, at_most=1e5)
    trains_per_day: float | None = quantity(
        "Trains that arrive, at random times; a train of each gauge counts as one", "trains/day", default=None, above=0
    )
    boxes_scv: float = quantity(
        "Squared coefficient of variation of the boxes of a train", "1", default=0.0, at_least=0, at_most=100
    )
    move_scv: float = quantity(
        "Squared coefficient of variation of the time of one move", "1", default=0.0, at_least=0, at_most=100
    )
    crane_availability: float = share("Share of the open time in which a crane can work", default=1.0, zero=False)
    yard_share: float = share("Share of the boxes put through the yard, which costs a second move", default=0.0)
    rehandling_share: float = share("Share of the moves that must be done twice", default=0.0)
    open_hours_per_day: float = quantity(
        "Hours in which the front works; trains come in these", "h/day", default=24.0, above=0, at_most=24
    )
    wagons: float | None = quantity(
        "Broad-gauge wagons that serve the front", "wagons", default=None, above=0, at_most=1_000_000
    )
    wagons_per_train: float | None = quantity(
        "Wagons that the boxes of one train take", "wagons", default=None, above=0, at_most=10_000
    )
    wagon_cycle_hours: float | None = quantity(
        "Time until a wagon is back for the next load", "h", default=None, above=0, at_most=1e5
    )
    yard_places: float | None = quantity(
        "Boxes that the yard holds on average when it is as full as it may be", "boxes", default=None, above=0
    )
    yard_dwell_hours: float | None = quantity(
        "Mean time a box stays in the yard", "h", default=None, above=0, at_most=1e5
    )
    wait_limit_hours: float | None = quantity(
        "Mean wait of a train that is accepted, for the sustainable capacity", "h", default=None, above=0, at_most=1e5
    )
    practical_utilization: float = loaded_up_to(0.75, "that of the fronts of hubs")
    horizon_days: float = backlog_horizon()

    def rules(self) -> Iterator[Rule]:
        """Wagons and yard count only with all that belongs to them; a single box cannot vary."""
        wagons = (self.wagons, self.wagons_per_train, self.wagon_cycle_hours)
        yard = (self.yard_places, self.yard_dwell_hours)
        yield Rule(
            len({value is None for value in wagons}) == 1,
            ("wagons", "wagons_per_train", "wagon_cycle_hours"),
            "all must be given, or none",
        )
        yield Rule(
            len({value is None for value in yard}) == 1,
            ("yard_places", "yard_dwell_hours"),
            "both must be given, or neither",
        )
        yield Rule(
            (self.boxes_per_train > 1) | (self.boxes_scv == 0),
            ("boxes_scv", "boxes_per_train"),
            "trains of one box each cannot vary",
        )
