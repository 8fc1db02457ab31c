"""Cranes at vessels: how fast a vessel is worked, and what the berths take then."""

from typing import Any

import numpy as np

from hubcalc import capacity
from hubcalc.calculators.base import Calculator, Output, Readings
from hubcalc.calculators.capacity._answers import Answer, Answers, growth, if_given, load_remarks, number, rule_of_thumb
from hubcalc.units import DAYS_PER_YEAR
from hubmodels.calculators.quay_cranes import QuayCranesQuestion

OUTPUTS = (
    Output(
        "theoretical_capacity_per_year", "calls/year", "Calls that keep all berths busy all the time", met_from=True
    ),
    Output(
        "practical_capacity_per_year", "calls/year", "Calls at the practical utilization of the berths", met_from=True
    ),
    Output("theoretical_capacity_teu_per_year", "TEU/year", "Containers of these calls", met_from=True),
    Output("practical_capacity_teu_per_year", "TEU/year", "Containers of these calls", met_from=True),
    Output("practical_capacity_teu_per_day", "TEU/day", "Containers of these calls, on a day of work", met_from=True),
    Output("largest_utilization", "1", "Utilization of the berths at the practical capacity", met_from=True),
    Output(
        "effective_cranes", "cranes", "Cranes that would do the same if they did not hinder each other", met_from=True
    ),
    Output("moves_per_hour", "moves/h", "Moves of all cranes at a vessel", met_from=True),
    Output("call_moves", "moves", "Moves of a call"),
    Output("call_hours", "h", "Time that a call keeps its berth"),
    Output("utilization", "1", "Berth occupancy ratio"),
    Output("growth_per_day", "calls/day", "Vessels that the queue grows by, in a mean day"),
    Output("backlog_at_horizon", "calls", "Vessels in the queue after the horizon"),
)

INTERFERENCE = "cranes to a power (Meisel & Bierwirth 2009)"
UNCTAD = "utilization of UNCTAD (1985)"
RULE = "the power of the number of cranes is a rule of thumb"


def _answer(q: QuayCranesQuestion) -> Readings:
    effective = capacity.effective_cranes(q.cranes, q.interference_exponent)
    hours = capacity.call_hours(q.call_teu, q.teu_per_move, effective, q.moves_per_crane_hour, q.mooring_hours)
    full = capacity.berth_calls_per_year(q.berths, 1.0, hours, q.hours_per_day, q.days_per_year)
    unctad = q.practical_utilization is None
    allowed = capacity.unctad_utilization(q.berths) if unctad else number(q.practical_utilization)
    practical = full * allowed
    alone = (number(q.cranes) == 1.0) | (number(q.interference_exponent) == 1.0)
    flow = q.calls_per_year

    def judged(values: Any) -> Answer:
        return Answer(values, INTERFERENCE, np.where(alone, 0.0, np.nan), RULE)

    def planned(values: Any) -> Answer:
        return rule_of_thumb(values, INTERFERENCE) if unctad else judged(values)

    def grown() -> Any:
        return growth(flow, full) / DAYS_PER_YEAR

    return Answers(
        OUTPUTS,
        INTERFERENCE,
        {
            "theoretical_capacity_per_year": lambda: judged(full),
            "practical_capacity_per_year": lambda: planned(practical),
            "theoretical_capacity_teu_per_year": lambda: judged(full * number(q.call_teu)),
            "practical_capacity_teu_per_year": lambda: planned(practical * number(q.call_teu)),
            "practical_capacity_teu_per_day": lambda: planned(practical * number(q.call_teu) / number(q.days_per_year)),
            "largest_utilization": lambda: rule_of_thumb(allowed, UNCTAD) if unctad else Answer(allowed),
            "effective_cranes": lambda: judged(effective),
            "moves_per_hour": lambda: judged(effective * number(q.moves_per_crane_hour)),
            "call_moves": lambda: number(q.call_teu) / number(q.teu_per_move),
            "call_hours": lambda: judged(hours),
            "utilization": if_given(lambda: judged(number(flow) / full), calls_per_year=flow),
            "growth_per_day": if_given(lambda: judged(grown()), calls_per_year=flow),
            "backlog_at_horizon": if_given(lambda: judged(grown() * q.horizon_days), calls_per_year=flow),
        },
    )


QUAY_CRANES = Calculator(
    name="quay_cranes",
    title="Cranes at vessels: interference, time of a call and capacity",
    question=QuayCranesQuestion,
    outputs=OUTPUTS,
    answer=_answer,
    references=(
        "Meisel, F. & Bierwirth, C. (2009). Heuristics for the integration of crane productivity in the berth "
        "allocation problem. Transportation Research Part E 45(1), 196-209.",
        "UNCTAD (1985). Port Development: A Handbook for Planners in Developing Countries, 2nd ed. United Nations, "
        "TD/B/C.4/175/Rev.1.",
    ),
    remarks=load_remarks,
)
