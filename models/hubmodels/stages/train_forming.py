"""Train forming: contents of arriving trains are regrouped into trains of another length."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from hubmodels.base import Rule, count, quantity
from hubmodels.durations import ServiceTime
from hubmodels.stages.base import ServedStage, loaded_up_to


class TrainForming(ServedStage):
    """Contents gather until they fill a train as long and as heavy as it may be; a crew then makes it ready."""

    kind: Literal["train_forming"]
    length_limit_wagons: float = quantity(
        "Longest train, in conditional wagons of 14 m", "wagons", above=0, at_most=1_000
    )
    wagons_per_content: float = quantity(
        "Conditional wagons that one content unit takes", "wagons", default=1.39, above=0, at_most=10
    )
    mass_limit_tonnes: float = quantity("Heaviest train without its locomotive", "t", above=0, at_most=1e5)
    content_tonnes: float = quantity("Gross mass of one content unit", "t", above=0, at_most=1_000)
    wagon_tare_tonnes: float = quantity("Tare of one conditional wagon", "t", default=20.0, at_least=0, at_most=200)
    axles_per_wagon: float = quantity("Axles of one conditional wagon", "axles", default=4.0, above=0, at_most=20)
    axle_limit_tonnes: float = quantity("Largest load of one axle", "t", default=23.5, above=0, at_most=100)
    crews: int = count("Trains that can be made ready at once", "crews")
    service_time: ServiceTime = Field(description="Time to make one train ready: brake test, locomotive, documents")
    practical_utilization: float = loaded_up_to(0.8)

    def rules(self) -> Iterator[Rule]:
        """Let axles carry an empty wagon, and a train one content unit."""
        room = self.axle_limit_tonnes * self.axles_per_wagon
        yield Rule(
            room > self.wagon_tare_tonnes, ("axle_limit_tonnes", "wagon_tare_tonnes"), "an empty wagon is too heavy"
        )
        yield Rule(
            self.most_contents >= 1,
            ("length_limit_wagons", "mass_limit_tonnes"),
            "not even one content unit makes a train",
        )

    @property
    def wagons_each(self) -> float:
        """Conditional wagons that one content unit takes by length and by axle load."""
        room = self.axle_limit_tonnes * self.axles_per_wagon - self.wagon_tare_tonnes
        room = room * (room > 0) + 1e-9 * (room <= 0)  # a rule refuses none, but not before this is asked for
        by_axles, by_length = self.content_tonnes / room, self.wagons_per_content
        return by_length + (by_axles - by_length) * (by_axles > by_length)

    @property
    def most_contents(self) -> float:
        """Content units of the longest and heaviest train; a whole number."""
        each = self.wagons_each
        by_length = self.length_limit_wagons / each
        by_mass = self.mass_limit_tonnes / (self.content_tonnes + each * self.wagon_tare_tonnes)
        least = by_length + (by_mass - by_length) * (by_mass < by_length)
        return (least + 1e-9) // 1

    @property
    def handles_contents(self) -> bool:
        """It regroups them."""
        return True
