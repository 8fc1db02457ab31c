"""A gate or booths: the peak hour of a year's traffic, and the lanes that it needs."""

import numpy as np

from hubcalc import capacity, queueing
from hubcalc.calculators.base import Calculator, Output, Readings
from hubcalc.calculators.capacity._answers import (
    Answer,
    Answers,
    FloatArray,
    growth,
    if_given,
    largest_flow,
    load_remarks,
    number,
    once_each,
    rule_of_thumb,
)
from hubcalc.units import hours_to_minutes, minutes_to_hours
from hubmodels.calculators.gate import GateQuestion

OUTPUTS = (
    Output("theoretical_capacity_per_hour", "vehicles/h", "Vehicles that keep all lanes busy", met_from=True),
    Output(
        "practical_capacity_per_hour", "vehicles/h", "Vehicles at the practical utilization of the lanes", met_from=True
    ),
    Output(
        "sustainable_capacity_per_hour", "vehicles/h", "Most vehicles whose mean wait keeps to its limit", met_from=True
    ),
    Output(
        "practical_capacity_per_year",
        "vehicles/year",
        "Vehicles of a year whose peak hour is at the practical capacity",
        met_from=True,
    ),
    Output("peak_vehicles_per_hour", "vehicles/h", "Vehicles of the peak hour"),
    Output("appointed_peak_hour_share", "1", "Share of a day's vehicles in its peak hour, appointments kept"),
    Output("utilization", "1", "Utilization of the lanes in the peak hour"),
    Output("wait_mean_minutes", "min", "Mean wait if the peak lasted"),
    Output("needed_lanes", "lanes", "Fewest lanes at the practical utilization", whole=True),
    Output("fewest_stable_lanes", "lanes", "Fewest lanes at which the queue does not grow in the peak", whole=True),
    Output("growth_per_hour", "vehicles/h", "Vehicles that the queue grows by in the peak"),
    Output("backlog_after_peak", "vehicles", "Vehicles that the peak hour leaves behind"),
    Output("clearing_minutes", "min", "Time in which these are through if none come after the peak"),
)

METHOD = "lanes over the service time"
PEAK = "mean week x peak factor x share of the day x share of the hour (OpenTISim)"
QUEUE = "M/G/c (interpolation between M/D/c and M/M/c)"
BETWEEN = "exact at one lane, and for a constant or an exponential service; between and beyond it is interpolated"


def _wait_hours(rate: FloatArray, hours: FloatArray, scv: FloatArray, lanes: FloatArray) -> FloatArray:
    return once_each(queueing.mgc_wait_mean_hours, rate, hours, scv, lanes)


def _answer(q: GateQuestion) -> Readings:
    hours, scv, lanes = minutes_to_hours(number(q.service_minutes)), number(q.service_scv), number(q.lanes)
    full = lanes / hours
    practical = full * q.practical_utilization
    share = capacity.appointed_peak_hour_share(q.peak_hour_share, q.appointment_share, q.appointment_hours_per_day)
    per_yearly = capacity.peak_vehicles_per_hour(1.0, q.working_hours_per_year, q.peak_factor, q.peak_day_share, share)
    yearly = q.vehicles_per_year is not None
    known = number(q.vehicles_per_year) * per_yearly if yearly else number(q.vehicles_per_hour)
    flow = {"vehicles_per_hour or vehicles_per_year": q.vehicles_per_year if yearly else q.vehicles_per_hour}
    exact = (lanes == 1.0) | (scv == 0.0) | (scv == 1.0)

    def peak() -> Answer:
        return rule_of_thumb(known, PEAK) if yearly else Answer(known, "given")

    def wait() -> Answer:
        over = known >= full
        values = _wait_hours(np.where(over, 0.0, known), hours, scv, lanes)
        measured = queueing.expected_relative_error(1.0, scv, lanes, np.where(over, 0.5, known / full))
        error = np.where(exact, 0.0, np.where(measured.out_of_range, np.nan, measured.largest))
        return Answer(hours_to_minutes(values), QUEUE, error, BETWEEN, unstable=over)

    def sustainable() -> Answer:
        limit = minutes_to_hours(number(q.wait_limit_minutes))
        values = once_each(
            lambda top, goal, *given: largest_flow(_wait_hours, top, goal, given), full, limit, hours, scv, lanes
        )
        return Answer(values, QUEUE, np.where(exact, 0.0, np.nan), BETWEEN)

    def needed(limit: float) -> FloatArray:
        return number(capacity.gate_lanes(known, q.service_minutes, limit))

    left = growth(known, full)
    return Answers(
        OUTPUTS,
        METHOD,
        {
            "theoretical_capacity_per_hour": lambda: full,
            "practical_capacity_per_hour": lambda: practical,
            "sustainable_capacity_per_hour": if_given(sustainable, wait_limit_minutes=q.wait_limit_minutes),
            "practical_capacity_per_year": lambda: rule_of_thumb(practical / per_yearly, PEAK),
            "peak_vehicles_per_hour": if_given(peak, **flow),
            "appointed_peak_hour_share": if_given(lambda: share, vehicles_per_year=q.vehicles_per_year),
            "utilization": if_given(lambda: known / full, **flow),
            "wait_mean_minutes": if_given(wait, **flow),
            "needed_lanes": if_given(lambda: needed(q.practical_utilization), **flow),
            "fewest_stable_lanes": if_given(lambda: needed(1.0), **flow),
            "growth_per_hour": if_given(lambda: left, **flow),
            "backlog_after_peak": if_given(lambda: left, **flow),
            "clearing_minutes": if_given(lambda: hours_to_minutes(left / full), **flow),
        },
    )


GATE = Calculator(
    name="gate",
    title="Gate or booths: peak hour, lanes and wait",
    question=GateQuestion,
    outputs=OUTPUTS,
    answer=_answer,
    references=(
        "Koningsveld, M. van et al. (2021). OpenTISim, planning software of TU Delft: peak factor and shares of the "
        "peak day and hour.",
        "Kimura, T. (1994). Approximations for multi-server queues: system interpolations. Queueing Systems 17, "
        "347-382. doi:10.1007/BF01158699",
    ),
    target_names={"wait_minutes": "wait_mean_minutes"},
    remarks=load_remarks,
)
