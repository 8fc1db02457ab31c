"""Cranes at vessels."""

from hubmodels.base import count, quantity, share
from hubmodels.calculators.base import Question, backlog_horizon, loaded_up_to


class QuayCranesQuestion(Question):
    """How fast cranes that hinder each other work a vessel, and what the berths take then."""

    cranes: int = count("Cranes at a vessel", "cranes", at_most=100)
    moves_per_crane_hour: float = quantity("Moves of a crane in an hour of work", "moves/h", above=0, at_most=1_000)
    call_teu: float = quantity("Containers that a call discharges and loads", "TEU", above=0, at_most=1e6)
    teu_per_move: float = quantity("Containers in a move of a crane", "TEU/move", above=0, at_most=10)
    calls_per_year: float | None = quantity("Calls of vessels", "calls/year", default=None, above=0)
    interference_exponent: float = share(
        "Power of the number of cranes that counts, 1 without interference; the default is of Meisel and Bierwirth",
        default=0.9,
        zero=False,
    )
    mooring_hours: float = quantity("Time at berth without work", "h", default=0.0, at_least=0, at_most=10_000)
    berths: int = count("Berths with so many cranes each", "berths", default=1, at_most=1_000)
    practical_utilization: float | None = loaded_up_to(
        None, "that of UNCTAD for so many berths of general cargo: 0.4, 0.5, 0.55, 0.6, 0.65, 0.7 for six and more"
    )
    hours_per_day: float = quantity("Hours in which the berths work", "h/day", default=24.0, above=0, at_most=24)
    days_per_year: float = quantity(
        "Days on which the berths work", "days/year", default=365.0, at_least=1, at_most=366
    )
    horizon_days: float = backlog_horizon()
