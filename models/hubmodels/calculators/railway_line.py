"""A railway line, asked without a hub."""

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field

from hubmodels.base import Rule, quantity, share
from hubmodels.calculators.base import Question, backlog_horizon, loaded_up_to

LineFormula = Literal["single_track", "double_track", "scott"]

_GRAPH = (
    *("running_out_minutes", "running_back_minutes", "start_minutes", "stop_minutes"),
    *("near_crossing_minutes", "far_crossing_minutes", "near_arrival_minutes", "far_arrival_minutes"),
)
_OWN: dict[LineFormula, tuple[str, ...]] = {
    "single_track": ("period_minutes", *_GRAPH),
    "double_track": ("headway_minutes",),
    "scott": ("running_minutes", "operation_minutes"),
}
"""Inputs that only one formula uses."""


def _minutes(description: str) -> Any:
    return quantity(description, "min", default=0.0, at_least=0, at_most=1_440)


def _minutes_if_given(description: str) -> Any:
    return quantity(description, "min", default=None, above=0, at_most=1_440)


class RailwayLineQuestion(Question):
    """How many pairs of trains a line takes: single track by its graph period, double track by its headway."""

    formula: LineFormula = Field(
        description="Single track by its graph period, double track by its headway, or Scott's formula [formula]"
    )
    period_minutes: float | None = _minutes_if_given("Period of the graph of single track, if it is known")
    running_out_minutes: float | None = _minutes_if_given("Running time over the single track out, without a stop")
    running_back_minutes: float | None = _minutes_if_given("Running time over the single track back, without a stop")
    start_minutes: float = _minutes("Time lost by a start")
    stop_minutes: float = _minutes("Time lost by a stop")
    near_crossing_minutes: float = _minutes("From a train out of the section to the start of the other, near end")
    far_crossing_minutes: float = _minutes("From a train out of the section to the start of the other, far end")
    near_arrival_minutes: float = _minutes("From the arrival of a train to the passage of the other, near end")
    far_arrival_minutes: float = _minutes("From the arrival of a train to the passage of the other, far end")
    headway_minutes: float | None = _minutes_if_given("Least time between trains of one direction on double track")
    running_minutes: float | None = _minutes_if_given(
        "Running time of the slowest train over the critical block section, for Scott's formula"
    )
    operation_minutes: float = _minutes("Time to work the block for a train, for Scott's formula")
    maintenance_minutes: float = quantity(
        "Closure of a day for maintenance", "min", default=0.0, at_least=0, below=1_440
    )
    availability: float = share("Share of the other time in which the line works", default=1.0, zero=False)
    practical_utilization: float = loaded_up_to(
        0.87, "that of a worked example of a textbook; the efficiency in Scott's formula is 0.7 to 0.9"
    )
    freight_pairs_per_day: float | None = quantity(
        "Pairs of freight trains that are to run", "pairs/day", default=None, above=0, at_most=1e6
    )
    passenger_pairs_per_day: float = quantity(
        "Pairs of passenger trains that run", "pairs/day", default=0.0, at_least=0, at_most=1e6
    )
    passenger_removal: float = quantity(
        "Pairs of freight trains that one of passenger trains removes; worked examples have 1.0 to 1.6",
        "1",
        default=1.2,
        at_least=0,
        at_most=100,
    )
    local_pairs_per_day: float = quantity(
        "Pairs of trains that stop on the way", "pairs/day", default=0.0, at_least=0, at_most=1e6
    )
    local_removal: float = quantity(
        "Pairs of freight trains that one of trains that stop removes; the default is that of a worked example",
        "1",
        default=1.6,
        at_least=0,
        at_most=100,
    )
    train_tons: float | None = quantity("Net load of a freight train", "t", default=None, above=0, at_most=1e6)
    horizon_days: float = backlog_horizon()

    def rules(self) -> Iterator[Rule]:
        """Each formula has what it needs, and nothing that it does not use."""
        running = self.running_out_minutes is not None and self.running_back_minutes is not None
        yield Rule(
            self.formula != "single_track" or running or self.period_minutes is not None,
            ("period_minutes", "formula"),
            "a single track needs its period, or the running times out and back",
        )
        yield Rule(
            self.formula != "double_track" or self.headway_minutes is not None,
            ("headway_minutes", "formula"),
            "a double track needs its headway",
        )
        yield Rule(
            self.formula != "scott" or self.running_minutes is not None,
            ("running_minutes", "formula"),
            "Scott's formula needs the running time over the block section",
        )
        for formula, names in _OWN.items():
            for name in names:
                yield Rule(
                    (self.formula == formula) | self._is_default(name),
                    (name, "formula"),
                    f"only the formula {formula} uses it",
                )
        for name in _GRAPH:
            yield Rule(
                (self.period_minutes is None) | self._is_default(name),
                (name, "period_minutes"),
                "it plays no part where the period is given",
            )

    def _is_default(self, name: str) -> Any:
        """Tell where an input has its default, or none."""
        value = getattr(self, name)
        return value is None or value == type(self).model_fields[name].default
