"""Tanks between a pipeline that never stops and ships that may be late."""

import numpy as np

from hubcalc import capacity
from hubcalc.calculators.base import Calculator, Output, Readings
from hubcalc.calculators.capacity._answers import Answer, Answers, FloatArray, growth, if_given, number
from hubcalc.units import DAYS_PER_YEAR, HOURS_PER_DAY
from hubmodels.calculators.pipeline_storage import PipelineStorageQuestion

OUTPUTS = (
    Output("theoretical_capacity_m3_per_hour", "m3/h", "Flow that keeps the ships loading all the time", met_from=True),
    Output("needed_tank_m3", "m3", "Tanks for a cargo and for the longest delay of a ship"),
    Output("utilization", "1", "Needed tanks over those that there are"),
    Output("shortfall_m3", "m3", "Tanks that are missing"),
    Output("tank_days", "days", "Days for which the tanks take in the flow", met_from=True),
    Output("longest_closure_hours", "h", "Longest delay of a ship that the tanks bridge", met_from=True),
    Output("cargoes_per_year", "cargoes/year", "Cargoes of a year"),
    Output("cargo_interval_hours", "h", "Time in which a cargo gathers", met_from=True),
    Output("loading_utilization", "1", "Share of the time in which a ship loads; at 1 and more the tanks overflow"),
    Output("growth_per_hour", "m3/h", "Volume that ships do not take away"),
)

METHOD = "balance of the tanks"
FILLING = "ships load no faster than the pipeline delivers, so the tanks overflow"


def _answer(q: PipelineStorageQuestion) -> Readings:
    flow, cargo, loading = number(q.flow_m3_per_hour), number(q.cargo_m3), number(q.loading_hours)
    full = cargo / loading
    over = flow >= full

    def needed() -> FloatArray:
        return capacity.tank_volume_m3(flow, cargo, loading, q.closure_hours, q.working_share)

    def steady(values: FloatArray) -> Answer:
        return Answer(values, unstable=over, growing=FILLING)

    def closure() -> FloatArray:
        working = number(q.tank_m3) * number(q.working_share)
        return np.maximum(working - np.maximum(cargo - flow * loading, 0.0), 0.0) / flow

    tanks = q.tank_m3
    return Answers(
        OUTPUTS,
        METHOD,
        {
            "theoretical_capacity_m3_per_hour": lambda: full,
            "needed_tank_m3": lambda: steady(needed()),
            "utilization": if_given(lambda: steady(needed() / number(tanks)), tanks),
            "shortfall_m3": if_given(lambda: steady(growth(needed(), tanks)), tanks),
            "tank_days": if_given(lambda: capacity.tank_days(number(tanks), flow, q.working_share), tanks),
            "longest_closure_hours": if_given(lambda: steady(closure()), tanks),
            "cargoes_per_year": lambda: flow / cargo * HOURS_PER_DAY * DAYS_PER_YEAR,
            "cargo_interval_hours": lambda: cargo / flow,
            "loading_utilization": lambda: flow / full,
            "growth_per_hour": lambda: growth(flow, full),
        },
    )


PIPELINE_STORAGE = Calculator(
    name="pipeline_storage",
    title="Tanks between a pipeline and ships",
    question=PipelineStorageQuestion,
    outputs=OUTPUTS,
    answer=_answer,
    references=("The balance of what flows in and what ships take away.",),
)
