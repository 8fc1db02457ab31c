"""A yard that trains fill in batches: how full it gets, and what it takes."""

from collections.abc import Callable
from typing import Any

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
    raised,
)
from hubcalc.capacity import yard
from hubcalc.readings import Flags
from hubcalc.units import DAYS_PER_YEAR, HOURS_PER_DAY, per_day_to_per_hour, per_hour_to_per_day
from hubmodels.calculators.yard import YardQuestion

OUTPUTS = (
    Output(
        "theoretical_capacity_per_day", "batches/day", "Flow that keeps all places filled on average", met_from=True
    ),
    Output(
        "practical_capacity_per_day",
        "batches/day",
        "Flow at which the mean occupancy keeps to the practical utilization",
        met_from=True,
    ),
    Output(
        "sustainable_capacity_per_day",
        "batches/day",
        "Flow at which the places are enough 19 times of 20",
        met_from=True,
    ),
    Output(
        "practical_capacity_teu_per_year", "TEU/year", "Containers of a year at the practical capacity", met_from=True
    ),
    Output("utilization", "1", "Mean occupancy over places"),
    Output("occupancy_mean_teu", "TEU", "Mean occupancy"),
    Output("occupancy_sd_teu", "TEU", "Standard deviation of the occupancy"),
    Output("occupancy_p50_teu", "TEU", "Occupancy that is not exceeded half of the time", whole=True),
    Output("occupancy_p95_teu", "TEU", "Occupancy that is not exceeded 19 times of 20", whole=True),
    Output("p95_utilization", "1", "P95 of the occupancy over places", whole=True),
    Output("places_teu", "TEU", "Containers that the slots hold at the mean stacking height", met_from=True),
    Output("needed_ground_slots", "slots", "Ground slots for the P95 of the occupancy", whole=True),
    Output("needed_area_m2", "m2", "Area for these", whole=True),
    Output("shortfall_p95_teu", "TEU", "P95 of the occupancy beyond the places", whole=True),
)

METHOD = "M^X/G/infinity occupancy"
LAW = "M^X/G/infinity occupancy, generating function inverted (Abate & Whitt 1992)"
GAMMA = "M^X/G/infinity occupancy, gamma law"
SPREAD = "dwells that are neither constant nor exponential are taken as gamma"
TWO_MOMENTS = "mean and variance do not make a law: dwells are taken as gamma, batches as (negative) binomial"
FITTED = "too many states to invert the law: a gamma law of the mean and the variance"
HIGH = 0.95


def _moments(q: YardQuestion, per_day: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give mean and variance of the occupancy [TEU, TEU^2]."""
    mean, share, teu = number(q.batch_mean), number(q.stored_share), number(q.teu_per_box)
    # each box is stored independently: E[X(X-1)] is thinned by the share squared
    pairs = np.maximum(mean**2 * (1.0 + number(q.batch_scv)) - mean, 0.0) * share**2
    occupied, variance = capacity.occupancy_moments(
        per_day_to_per_hour(per_day), mean * share, pairs, q.dwell_hours, q.dwell_scv
    )
    return occupied * teu, variance * teu**2


def _quantile(*columns: Any) -> tuple[FloatArray, FloatArray]:
    """Give the quantile and its error, once for each distinct row."""
    stacked = np.stack(np.broadcast_arrays(*(number(column) for column in columns)))
    rows, inverse = np.unique(stacked.reshape(len(columns), -1), axis=1, return_inverse=True)
    values, error = yard.occupancy_law_quantile(*rows)
    shape = stacked.shape[1:]
    return values[inverse.ravel()].reshape(shape), error[inverse.ravel()].reshape(shape)


def _known(q: YardQuestion) -> tuple[Flags, Flags]:
    """Tell where the law of the dwell follows from its scv, and where that of the batches does too."""
    exact = np.isin(number(q.dwell_scv), (0.0, 1.0))
    return exact, exact & (number(q.batch_scv) == 0.0) & (np.mod(number(q.batch_mean), 1.0) == 0.0)


def _answer(q: YardQuestion) -> Readings:
    one_mean, _ = _moments(q, number(1.0))  # of one batch a day; it is proportional to the flow
    places = number(q.ground_slots) * number(q.tiers)
    theoretical = places / one_mean
    flow, known = q.batches_per_day, {"ground_slots": q.ground_slots, "tiers": q.tiers}
    mean, variance = (number(None),) * 2 if flow is None else _moments(q, number(flow))
    exact, sure = _known(q)
    batches = (q.batch_mean, q.batch_scv, q.dwell_hours, q.dwell_scv)

    def law(values: FloatArray, error: FloatArray) -> Answer:
        inverted = error == 0.0
        caveat = np.where(inverted, TWO_MOMENTS, FITTED)
        return Answer(values, np.where(inverted, LAW, GAMMA), np.where(inverted & ~sure, np.nan, error), caveat)

    def quantile(level: float, change: Callable[[FloatArray], FloatArray] = lambda teu: teu) -> Answer:
        boxes, error = _quantile(per_day_to_per_hour(number(flow)), *batches, level, q.stored_share)
        return law(change(boxes * number(q.teu_per_box)), error)

    def sustainable() -> Answer:
        flows, error = yard.largest_batches_for_places(places / number(q.teu_per_box), *batches, HIGH, q.stored_share)
        return law(per_hour_to_per_day(flows), error)

    def slots(teu: FloatArray) -> FloatArray:
        return raised(teu / number(q.tiers))

    return Answers(
        OUTPUTS,
        METHOD,
        {
            "theoretical_capacity_per_day": if_given(lambda: theoretical, **known),
            "practical_capacity_per_day": if_given(lambda: theoretical * q.practical_utilization, **known),
            "sustainable_capacity_per_day": if_given(sustainable, **known),
            "practical_capacity_teu_per_year": if_given(
                lambda: capacity.yard_teu_per_year(
                    places * q.practical_utilization, number(q.dwell_hours) / HOURS_PER_DAY, DAYS_PER_YEAR
                ),
                **known,
            ),
            "utilization": if_given(lambda: mean / places, batches_per_day=flow, **known),
            "occupancy_mean_teu": if_given(lambda: mean, batches_per_day=flow),
            "occupancy_sd_teu": if_given(
                lambda: approximate(np.sqrt(variance), METHOD, exact, SPREAD), batches_per_day=flow
            ),
            "occupancy_p50_teu": if_given(lambda: quantile(0.5), batches_per_day=flow),
            "occupancy_p95_teu": if_given(lambda: quantile(HIGH), batches_per_day=flow),
            "p95_utilization": if_given(
                lambda: quantile(HIGH, lambda teu: teu / places), batches_per_day=flow, **known
            ),
            "places_teu": if_given(lambda: places, **known),
            "needed_ground_slots": if_given(lambda: quantile(HIGH, slots), batches_per_day=flow, tiers=q.tiers),
            "needed_area_m2": if_given(
                lambda: quantile(HIGH, lambda teu: slots(teu) * number(q.slot_area_m2)),
                batches_per_day=flow,
                tiers=q.tiers,
                slot_area_m2=q.slot_area_m2,
            ),
            "shortfall_p95_teu": if_given(
                lambda: quantile(HIGH, lambda teu: growth(teu, places)), batches_per_day=flow, **known
            ),
        },
    )


YARD = Calculator(
    name="yard",
    title="Yard filled in batches: occupancy, slots and area",
    question=YardQuestion,
    outputs=OUTPUTS,
    answer=_answer,
    references=(
        "Liu, L., Kashyap, B. R. K. & Templeton, J. G. C. (1990). On the GI^X/G/infinity system. Journal of Applied "
        "Probability 27(3), 671-683. doi:10.2307/3214550",
        "Adan, I., van Eenige, M. & Resing, J. (1995). Fitting discrete distributions on the first two moments. "
        "Probability in the Engineering and Informational Sciences 9(4), 623-632.",
        "Abate, J. & Whitt, W. (1992). Numerical inversion of probability generating functions. Operations Research "
        "Letters 12(4), 245-251. doi:10.1016/0167-6377(92)90050-D",
    ),
    remarks=load_remarks,
)
