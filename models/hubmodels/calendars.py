"""When work is done, and what interrupts it."""

from collections.abc import Iterator
from itertools import combinations

from pydantic import Field

from hubmodels.base import Model, Rule, Slug, quantity

HOURS_OF_A_DAY = 24


class Shift(Model):
    """One stretch of work in a working day; it may run over midnight."""

    starts_hour: float = quantity("Hour of the day at which it starts, local time", "h", at_least=0, below=24)
    hours: float = quantity("Its length", "h", above=0, at_most=24)


class Calendar(Model):
    """When a stage works: shifts on the working days of a week. Outside them its work stands still."""

    days_per_week: int = quantity("Working days in a week, from Monday", "days/week", default=7, at_least=1, at_most=7)
    shifts: dict[Slug, Shift] = Field(min_length=1, max_length=6, description="Stretches of work in a day, by id")

    def rules(self) -> Iterator[Rule]:
        """Keep the shifts apart."""
        for one, other in combinations(sorted(self.shifts), 2):
            first, second = self.shifts[one], self.shifts[other]
            gap = (second.starts_hour - first.starts_hour) % HOURS_OF_A_DAY
            apart = (gap >= first.hours) & (HOURS_OF_A_DAY - gap >= second.hours)
            yield Rule(apart, ("shifts",), f"shifts {one!r} and {other!r} overlap")

    @property
    def hours_per_day(self) -> float:
        """Hours of work in a working day."""
        return sum(shift.hours for shift in self.shifts.values())


class Breakdowns(Model):
    """Each server fails now and then while it works; after the repair the work goes on."""

    between_hours: float = quantity("Mean hours of work of one server between two breakdowns", "h", above=0)
    repair_hours: float = quantity("Mean time of a repair", "h", above=0, at_most=1e5)
    repair_scv: float = quantity(
        "Squared coefficient of variation of a repair", "1", default=1.0, at_least=0, at_most=100
    )


class Interruptions(Model):
    """All of a stage stands still at once: storms, ice, power cuts. Open times are exponential."""

    open_hours: float = quantity("Mean time from the end of one interruption to the next", "h", above=0)
    closed_hours: float = quantity("Mean length of an interruption", "h", above=0, at_most=1e5)
    closed_scv: float = quantity(
        "Squared coefficient of variation of that length", "1", default=1.0, at_least=0, at_most=100
    )


class Window(Model):
    """A door that opens periodically, such as enough water at high tide."""

    period_hours: float = quantity("Time from one opening to the next", "h", above=0, at_most=8_760)
    open_hours: float = quantity("How long it stays open", "h", above=0, at_most=8_760)

    def rules(self) -> Iterator[Rule]:
        """Close before the next opening."""
        yield Rule(self.open_hours <= self.period_hours, ("open_hours", "period_hours"), "longer than the period")
