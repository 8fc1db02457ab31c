"""Berths, asked without a hub."""

from typing import Literal

from pydantic import Field

from hubmodels.base import count, quantity
from hubmodels.calculators.base import Question, backlog_horizon, loaded_up_to

BerthQueue = Literal["E2/E2/n", "M/E2/n", "M/M/n"]


class BerthQuestion(Question):
    """How many calls berths take, and how long vessels wait: the balance of berth hours, and a queue."""

    berths: int = count("Berths", "berths", at_most=1_000)
    service_hours: float = quantity(
        "Working hours that a call keeps a berth, mooring included", "h", above=0, at_most=1e5
    )
    calls_per_year: float | None = quantity("Calls of vessels", "calls/year", default=None, above=0)
    queue: BerthQueue = Field(
        "E2/E2/n", description="Intervals between vessels and times at berth, Erlang-2 (E2) or exponential (M) [queue]"
    )
    wait_ratio_limit: float = quantity(
        "Mean wait over mean time at berth that is accepted; the default is that of container terminals",
        "1",
        default=0.1,
        above=0,
        at_most=1_000,
    )
    practical_utilization: float | None = loaded_up_to(
        None, "that of UNCTAD for so many berths of general cargo: 0.4, 0.5, 0.55, 0.6, 0.65, 0.7 for six and more"
    )
    hours_per_day: float = quantity("Hours in which the berths work", "h/day", default=24.0, above=0, at_most=24)
    days_per_year: float = quantity(
        "Days on which the berths work", "days/year", default=365.0, at_least=1, at_most=366
    )
    call_teu: float | None = quantity(
        "Containers that a call discharges and loads", "TEU", default=None, above=0, at_most=1e6
    )
    horizon_days: float = backlog_horizon()
