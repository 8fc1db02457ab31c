"""A division of a single-track railway by the rules of military rail planning."""

import numpy as np

from hubcalc import capacity
from hubcalc.calculators.base import Calculator, Output, Readings
from hubcalc.calculators.capacity._answers import (
    RULE_OF_THUMB,
    Answer,
    Answers,
    FloatArray,
    growth,
    if_given,
    load_remarks,
    number,
    rule_of_thumb,
)
from hubmodels.calculators.railway_division import RailwayDivisionQuestion

OUTPUTS = (
    Output("train_density_per_day", "trains/day", "Train density: trains each way", met_from=True),
    Output("freight_trains_per_day", "trains/day", "Freight trains of these", met_from=True),
    Output("net_tons_per_day", "t/day", "Net division tonnage, each way", met_from=True),
    Output("utilization", "1", "Freight to be carried over the net division tonnage"),
    Output("growth_per_day", "t/day", "Freight that is left behind each day"),
    Output("backlog_at_horizon", "t", "Freight that is left behind after the horizon"),
    Output("running_hours", "h", "Running time over the division, in whole hours", whole=True),
    Output("road_engines", "engines", "Road engines of the division", whole=True),
)

METHOD = "rules of military rail planning (TR0603)"


def _answer(q: RailwayDivisionQuestion) -> Readings:
    speed, length, flow = q.speed_km_per_hour, q.division_km, q.tons_per_day
    if q.trains_per_day is None:
        density = capacity.division_trains_per_day(number(q.passing_tracks), number(speed), number(length))
    else:
        density = number(q.trains_per_day)
    tons = capacity.division_tons_per_day(q.train_tons, density, q.passenger_trains_per_day)
    none_left = tons <= 0.0
    reason = "passenger trains take all paths"

    def running() -> FloatArray:
        return number(capacity.division_running_hours(number(length), number(speed)))

    def use() -> Answer:
        values = number(flow) / np.where(none_left, 1.0, tons)
        return Answer(values, error=np.nan, caveat=RULE_OF_THUMB, refused=none_left, reason=reason)

    def engines() -> FloatArray:
        return number(capacity.road_engines(density, running(), number(q.terminal_hours), q.engine_reserve_share))

    return Answers(
        OUTPUTS,
        METHOD,
        {
            "train_density_per_day": lambda: rule_of_thumb(density),
            "freight_trains_per_day": lambda: rule_of_thumb(tons / number(q.train_tons)),
            "net_tons_per_day": lambda: rule_of_thumb(tons),
            "utilization": if_given(use, tons_per_day=flow),
            "growth_per_day": if_given(lambda: rule_of_thumb(growth(flow, tons)), tons_per_day=flow),
            "backlog_at_horizon": if_given(
                lambda: rule_of_thumb(growth(flow, tons) * q.horizon_days), tons_per_day=flow
            ),
            "running_hours": if_given(lambda: rule_of_thumb(running()), speed_km_per_hour=speed, division_km=length),
            "road_engines": if_given(
                lambda: rule_of_thumb(engines()),
                speed_km_per_hour=speed,
                division_km=length,
                terminal_hours=q.terminal_hours,
            ),
        },
    )


RAILWAY_DIVISION = Calculator(
    name="railway_division",
    title="Division of a single-track railway by military rail planning",
    question=RailwayDivisionQuestion,
    outputs=OUTPUTS,
    answer=_answer,
    references=(
        "US Army Transportation School. TR0603 Rail Operations Planning, Army Correspondence Course, subcourse 603, "
        "edition 3, paras 2.12-2.17 and 3.5-3.7.",
    ),
    whole=frozenset({"passing_tracks"}),
    remarks=load_remarks,
)
