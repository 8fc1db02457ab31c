"""The occupancy of a railway line by its compressed timetable, after UIC 406."""

import numpy as np

from hubcalc import capacity
from hubcalc.calculators.base import Calculator, Output, Readings
from hubcalc.calculators.capacity._answers import (
    Answer,
    Answers,
    FloatArray,
    growth,
    if_given,
    load_remarks,
    number,
    rule_of_thumb,
)
from hubmodels.calculators.line_occupancy import LineOccupancyQuestion

OUTPUTS = (
    Output("utilization", "1", "Occupancy: the length of the compressed timetable over that of the window"),
    Output("largest_utilization", "1", "Largest occupancy for a stable timetable", met_from=True),
    Output("additional_time_rate", "1", "Time added for a stable timetable, over the time occupied"),
    Output("capacity_consumption_share", "1", "Occupancy with the additional time; 1 is full"),
    Output("spare_minutes", "min", "Time that more trains of the same mix could occupy", met_from=True),
    Output("excess_minutes", "min", "Time occupied beyond what a stable timetable allows"),
    Output("theoretical_capacity_trains", "trains", "Trains of the same mix that fill the window", met_from=True),
    Output("practical_capacity_trains", "trains", "Trains of the same mix in a stable timetable", met_from=True),
)

METHOD = "timetable compression (UIC 406)"


def _answer(q: LineOccupancyQuestion) -> Readings:
    table = capacity.UIC_LARGEST_OCCUPANCY[q.traffic][0 if q.window == "peak_hour" else 1]
    given = q.practical_utilization is not None
    limit = number(q.practical_utilization) if given else number(table)
    occupied = number(q.occupied_minutes)
    use = capacity.line_occupancy_share(occupied, q.window_minutes)
    allowed = limit * number(q.window_minutes)

    def judged(values: FloatArray) -> Answer:
        return Answer(values) if given else rule_of_thumb(values)

    return Answers(
        OUTPUTS,
        METHOD,
        {
            "utilization": lambda: use,
            "largest_utilization": lambda: judged(limit),
            "additional_time_rate": lambda: judged(capacity.additional_time_rate(limit)),
            "capacity_consumption_share": lambda: judged(capacity.capacity_consumption_share(use, limit)),
            "spare_minutes": lambda: judged(np.maximum(allowed - occupied, 0.0)),
            "excess_minutes": lambda: judged(growth(occupied, allowed)),
            "theoretical_capacity_trains": if_given(lambda: number(q.trains) / use, trains=q.trains),
            "practical_capacity_trains": if_given(lambda: judged(number(q.trains) / use * limit), trains=q.trains),
        },
    )


LINE_OCCUPANCY = Calculator(
    name="line_occupancy",
    title="Occupancy of a railway line, after UIC 406",
    question=LineOccupancyQuestion,
    outputs=OUTPUTS,
    answer=_answer,
    references=("UIC (2013). UIC Code 406: Capacity, 2nd ed. International Union of Railways, Paris.",),
    remarks=load_remarks,
)
