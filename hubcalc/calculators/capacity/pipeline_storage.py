"""Tanks between a pipeline that never stops and ships that may be late."""

import numpy as np

from hubcalc import capacity
from hubcalc.calculators.base import Calculator, Output, Readings, Remark
from hubcalc.calculators.capacity._answers import Answer, Answers, FloatArray, growth, if_given, number
from hubcalc.units import DAYS_PER_YEAR, HOURS_PER_DAY
from hubmodels.calculators.pipeline_storage import PipelineStorageQuestion

OUTPUTS = (
    Output(
        "theoretical_capacity_m3_per_hour", "m3/h", "Flow that keeps all moorings loading all the time", met_from=True
    ),
    Output("capacity_left_m3_per_hour", "m3/h", "Flow that keeps the moorings that are left loading", met_from=True),
    Output("needed_tank_m3", "m3", "Tanks for a cargo and for the longest delay of a ship"),
    Output("utilization", "1", "Needed tanks over those that there are"),
    Output("shortfall_m3", "m3", "Tanks that are missing"),
    Output(
        "tank_days", "days", "Days in which the flow fills empty tanks while nothing at all is loaded", met_from=True
    ),
    Output(
        "days_until_full",
        "days",
        "Days until the tanks are full, the moorings that are left loading all the time",
        met_from=True,
    ),
    Output("longest_closure_hours", "h", "Longest delay of a ship that the tanks bridge", met_from=True),
    Output("cargoes_per_year", "cargoes/year", "Cargoes of a year"),
    Output("cargo_interval_hours", "h", "Time in which a cargo gathers", met_from=True),
    Output("loading_utilization", "1", "Flow over what all moorings take; at 1 and more the tanks overflow"),
    Output("growth_per_hour", "m3/h", "Volume that ships do not take away"),
)

METHOD = "balance of the tanks"
FILLING = "ships load no faster than the pipeline delivers, so the tanks overflow"
FULL = "the tanks fill even without a closure"
NEVER = "never: the moorings that are left take the flow away"


def _answer(q: PipelineStorageQuestion) -> Readings:
    flow, cargo, loading = number(q.flow_m3_per_hour), number(q.cargo_m3), number(q.loading_hours)
    full = number(q.moorings) * cargo / loading
    left = (number(q.moorings) - number(q.moorings_lost)) * cargo / loading
    over = flow >= full

    def needed() -> FloatArray:
        return capacity.tank_volume_m3(flow, cargo, loading, q.closure_hours, q.working_share)

    def steady(values: FloatArray) -> Answer:
        return Answer(values, unstable=over, growing=FILLING)

    def closure() -> Answer:
        working = number(tanks) * number(q.working_share)
        hours = np.maximum(working - capacity.tank_volume_m3(flow, cargo, loading), 0.0) / flow
        return Answer(hours, refused=over, reason=FULL)

    def until_full() -> Answer:
        room = number(tanks) * number(q.working_share) * (1.0 - number(q.initial_fill_share))
        filled = growth(flow, left)
        never = (filled <= 0.0) & (room > 0.0)
        return Answer(room / np.where(filled > 0.0, filled, 1.0) / HOURS_PER_DAY, unstable=never, growing=NEVER)

    tanks = q.tank_m3
    return Answers(
        OUTPUTS,
        METHOD,
        {
            "theoretical_capacity_m3_per_hour": lambda: full,
            "capacity_left_m3_per_hour": lambda: left,
            "needed_tank_m3": lambda: steady(needed()),
            "utilization": if_given(lambda: steady(needed() / number(tanks)), tank_m3=tanks),
            "shortfall_m3": if_given(lambda: steady(growth(needed(), tanks)), tank_m3=tanks),
            "tank_days": if_given(lambda: capacity.tank_days(number(tanks), flow, q.working_share), tank_m3=tanks),
            "days_until_full": if_given(until_full, tank_m3=tanks, initial_fill_share=q.initial_fill_share),
            "longest_closure_hours": if_given(closure, tank_m3=tanks),
            "cargoes_per_year": lambda: flow / cargo * HOURS_PER_DAY * DAYS_PER_YEAR,
            "cargo_interval_hours": lambda: cargo / flow,
            "loading_utilization": lambda: flow / full,
            "growth_per_hour": lambda: growth(flow, full),
        },
    )


def _remarks(q: PipelineStorageQuestion, readings: Readings) -> list[Remark]:
    """Warn of tanks that overflow in the long run."""
    flow, full, left = (
        number(values)
        for values in (
            q.flow_m3_per_hour,
            readings["theoretical_capacity_m3_per_hour"].values,
            readings["capacity_left_m3_per_hour"].values,
        )
    )
    return [
        Remark(
            "over_capacity", "more flows in than all moorings take: the tanks overflow in the long run", flow >= full
        ),
        Remark(
            "over_capacity_left",
            "more flows in than the moorings that are left take: the tanks overflow unless they are back in time",
            (flow > left) & (flow < full),
        ),
    ]


PIPELINE_STORAGE = Calculator(
    name="pipeline_storage",
    title="Tanks between a pipeline and ships",
    question=PipelineStorageQuestion,
    outputs=OUTPUTS,
    answer=_answer,
    references=("The balance of what flows in and what ships take away.",),
    remarks=_remarks,
)
