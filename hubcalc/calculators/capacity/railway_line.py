"""A railway line: pairs of trains on single or double track, beside trains of other kinds."""

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
    without,
)
from hubcalc.units import DAYS_PER_YEAR, HOURS_PER_DAY, MINUTES_PER_HOUR
from hubmodels.calculators.railway_line import RailwayLineQuestion

OUTPUTS = (
    Output("theoretical_capacity_per_day", "pairs/day", "Pairs of like trains that the line takes", met_from=True),
    Output(
        "practical_capacity_per_day", "pairs/day", "Pairs of like trains at the practical utilization", met_from=True
    ),
    Output(
        "freight_capacity_per_day",
        "pairs/day",
        "Pairs of freight trains that remain of these beside trains of other kinds",
        met_from=True,
    ),
    Output("practical_trains_per_day", "trains/day", "Like trains of both directions together", met_from=True),
    Output("freight_tons_per_year", "t/year", "Net load of the remaining freight trains, each way", met_from=True),
    Output("graph_period_minutes", "min", "Period of the graph of single track"),
    Output("crossing", "way", "Way to let trains cross that has the least period"),
    Output("removed_pairs_per_day", "pairs/day", "Pairs of freight trains that those of other kinds remove"),
    Output("utilization", "1", "Capacity that all trains use, over the theoretical one"),
    Output("needed_pairs_per_day", "pairs/day", "Pairs of like trains that the line must take for the traffic"),
    Output("growth_per_day", "pairs/day", "Pairs of trains beyond the theoretical capacity"),
    Output("backlog_at_horizon", "pairs", "Pairs of trains that wait after the horizon"),
)

METHODS = {
    "single_track": "(1440 - t) a / T, T the period of the graph",
    "double_track": "(1440 - t) a / J, J the headway",
    "scott": "1440 E / (T + t) (Scott)",
}
WAYS = ("both stop behind it", "both start before it", "the one out does not stop", "the one back does not stop")
NO_GRAPH = "only the graph of a single track has it"
KNOWN_PERIOD = "needs running_out_minutes and running_back_minutes, not the period"
REMOVAL = "coefficients of removal are rules of thumb"
_MINUTES_PER_DAY = HOURS_PER_DAY * MINUTES_PER_HOUR


def _periods(q: RailwayLineQuestion) -> FloatArray:
    """Give the period of each way to cross, along a first axis."""
    ends = (q.near_crossing_minutes, q.far_crossing_minutes, q.near_arrival_minutes, q.far_arrival_minutes)
    running = (number(q.running_out_minutes), number(q.running_back_minutes))
    return capacity.graph_period_minutes(*running, q.start_minutes, q.stop_minutes, *ends)


def _pairs_per_day(q: RailwayLineQuestion, period: FloatArray) -> FloatArray:
    """Give the pairs of like trains that the line takes."""
    if q.formula == "single_track":
        return capacity.single_track_pairs_per_day(period, q.maintenance_minutes, q.availability)
    if q.formula == "double_track":
        return capacity.double_track_trains_per_day(number(q.headway_minutes), q.maintenance_minutes, q.availability)
    trains = capacity.scott_trains_per_day(number(q.running_minutes), q.operation_minutes, 1.0)
    closed = number(q.maintenance_minutes) / _MINUTES_PER_DAY
    return np.asarray(trains * (1.0 - closed) * number(q.availability) / 2.0)


def _answer(q: RailwayLineQuestion) -> Readings:
    timed = q.formula == "single_track" and q.period_minutes is None
    single = q.formula == "single_track"
    period = number(np.nan)
    if single:
        period = _periods(q).min(axis=0) if q.period_minutes is None else number(q.period_minutes)
    full = _pairs_per_day(q, period)
    practical = full * q.practical_utilization
    counts = np.stack(np.broadcast_arrays(number(q.passenger_pairs_per_day), number(q.local_pairs_per_day)), axis=-1)
    removals = np.stack(np.broadcast_arrays(number(q.passenger_removal), number(q.local_removal)), axis=-1)
    removed = (counts * removals).sum(axis=-1)
    freight = capacity.freight_pairs_per_day(practical, counts, removals)
    flow = q.freight_pairs_per_day
    used = number(np.nan) if flow is None else number(flow) + removed

    def judged(values: FloatArray) -> Answer:
        return rule_of_thumb(values) if q.formula == "scott" else Answer(values)

    def mixed(values: FloatArray) -> Answer:
        if q.formula == "scott":
            return rule_of_thumb(values)
        return Answer(values, error=np.where(removed > 0.0, np.nan, 0.0), caveat=REMOVAL)

    return Answers(
        OUTPUTS,
        METHODS[q.formula],
        {
            "theoretical_capacity_per_day": lambda: judged(full),
            "practical_capacity_per_day": lambda: judged(practical),
            "freight_capacity_per_day": lambda: mixed(freight),
            "practical_trains_per_day": lambda: judged(2.0 * practical),
            "freight_tons_per_year": if_given(
                lambda: mixed(freight * number(q.train_tons) * DAYS_PER_YEAR), train_tons=q.train_tons
            ),
            "graph_period_minutes": (lambda: period) if single else without(NO_GRAPH),
            "crossing": (
                (lambda: np.array(WAYS)[_periods(q).argmin(axis=0)])
                if timed
                else without(KNOWN_PERIOD if single else NO_GRAPH, "")
            ),
            "removed_pairs_per_day": lambda: mixed(removed),
            "utilization": if_given(lambda: mixed(used / full), freight_pairs_per_day=flow),
            "needed_pairs_per_day": if_given(
                lambda: mixed(capacity.needed_pairs_per_day(number(flow), removed, q.practical_utilization)),
                freight_pairs_per_day=flow,
            ),
            "growth_per_day": if_given(lambda: mixed(growth(used, full)), freight_pairs_per_day=flow),
            "backlog_at_horizon": if_given(
                lambda: mixed(growth(used, full) * q.horizon_days), freight_pairs_per_day=flow
            ),
        },
    )


RAILWAY_LINE = Calculator(
    name="railway_line",
    title="Railway line: pairs of trains on single or double track",
    question=RailwayLineQuestion,
    outputs=OUTPUTS,
    answer=_answer,
    references=(
        "Worked examples of lecture notes and a textbook on the capacity of railway lines: periods of the graph, "
        "coefficients of removal, a practical share of 0.87.",
        "Scott's formula as on a formula page on line capacity.",
    ),
    remarks=load_remarks,
)
