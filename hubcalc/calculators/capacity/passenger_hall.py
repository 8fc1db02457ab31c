"""A hall with booths for passengers who come in batches."""

import numpy as np

from hubcalc import capacity
from hubcalc.calculators.base import Calculator, Output, Readings
from hubcalc.calculators.capacity._answers import (
    Answer,
    Answers,
    FloatArray,
    approximate,
    growth,
    if_given,
    load_remarks,
    number,
    rule_of_thumb,
)
from hubcalc.units import hours_to_minutes, minutes_to_hours
from hubmodels.calculators.passenger_hall import PassengerHallQuestion

OUTPUTS = (
    Output("theoretical_capacity_per_hour", "persons/h", "Persons that keep all booths busy", met_from=True),
    Output(
        "practical_capacity_per_hour", "persons/h", "Persons at the practical utilization of the booths", met_from=True
    ),
    Output(
        "sustainable_capacity_per_hour",
        "persons/h",
        "Most persons of which the last of a batch waits no longer than accepted",
        met_from=True,
    ),
    Output("persons_per_hour", "persons/h", "Persons that come"),
    Output("utilization", "1", "Utilization of the booths"),
    Output("wait_mean_minutes", "min", "Mean wait of the persons of a batch"),
    Output("wait_last_minutes", "min", "Wait of the last person of a batch"),
    Output(
        "fewest_booths",
        "booths",
        "Fewest booths at which the last of a batch waits no longer than accepted",
        whole=True,
    ),
    Output(
        "fewest_stable_booths", "booths", "Fewest booths at which a batch is through before the next comes", whole=True
    ),
    Output("persons_mean", "persons", "Mean number of persons in the hall"),
    Output("queue_area_m2", "m2", "Area for the queue when a batch has come"),
    Output("growth_per_hour", "persons/h", "Persons that the queue grows by"),
)

METHOD = "persons one after the other at a steady pace"
FRUIN = "persons x least area of the level of service (Fruin 1971)"
STEADY = "exact at one booth of constant time; at more booths a person waits up to one service less than this"
_INSIDE = 1e-12


def _answer(q: PassengerHallQuestion) -> Readings:
    hours, booths = minutes_to_hours(number(q.service_minutes)), number(q.booths)
    interval, persons = minutes_to_hours(number(q.interval_minutes)), number(q.batch_persons)
    full, flow = booths / hours, persons / interval
    area = capacity.FRUIN_QUEUE_AREA_M2[q.level_of_service]
    over = persons > full * interval * (1.0 + _INSIDE)
    exact = booths == 1.0
    reason = "a batch is not through before the next comes"

    def waited(part: float) -> Answer:
        last = np.where(over, np.nan, (persons - 1.0) / full)
        error = np.where(exact, 0.0, np.nan)
        return Answer(hours_to_minutes(part * last), METHOD, error, STEADY, unstable=over, growing=reason)

    def sustainable() -> Answer:
        batch = np.minimum(1.0 + full * minutes_to_hours(number(q.wait_limit_minutes)), full * interval)
        return approximate(batch / interval, METHOD, exact, STEADY)

    def fewest(limit_hours: FloatArray) -> FloatArray:
        return number(capacity.fewest_booths_for_batch(persons, hours, interval, limit_hours))

    def present() -> Answer:
        stay = np.where(over, 0.0, 0.5 * (persons - 1.0) / full) + hours
        values = capacity.hall_persons(flow, stay)
        return Answer(values, METHOD, np.where(exact, 0.0, np.nan), STEADY, unstable=over, growing=reason)

    return Answers(
        OUTPUTS,
        METHOD,
        {
            "theoretical_capacity_per_hour": lambda: full,
            "practical_capacity_per_hour": lambda: full * q.practical_utilization,
            "sustainable_capacity_per_hour": if_given(sustainable, wait_limit_minutes=q.wait_limit_minutes),
            "persons_per_hour": lambda: flow,
            "utilization": lambda: flow / full,
            "wait_mean_minutes": lambda: waited(0.5),
            "wait_last_minutes": lambda: waited(1.0),
            "fewest_booths": if_given(
                lambda: approximate(fewest(minutes_to_hours(number(q.wait_limit_minutes))), METHOD, False, STEADY),
                wait_limit_minutes=q.wait_limit_minutes,
            ),
            "fewest_stable_booths": lambda: fewest(number(1e9)),
            "persons_mean": present,
            "queue_area_m2": lambda: rule_of_thumb(capacity.hall_area_m2(persons, area), FRUIN),
            "growth_per_hour": lambda: growth(flow, full),
        },
    )


PASSENGER_HALL = Calculator(
    name="passenger_hall",
    title="Booths for passengers who come in batches",
    question=PassengerHallQuestion,
    outputs=OUTPUTS,
    answer=_answer,
    references=(
        "Fruin, J. J. (1971). Pedestrian Planning and Design. Metropolitan Association of Urban Designers and "
        "Environmental Planners, New York.",
    ),
    target_names={"wait_minutes": "wait_mean_minutes"},
    remarks=load_remarks,
)
