"""A transshipment front: what its tracks, cranes, wagons and yard take, and how long trains wait."""

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
    smallest_first,
)
from hubcalc.readings import Flags
from hubcalc.units import HOURS_PER_DAY, minutes_to_hours, per_hour_to_per_day
from hubmodels.calculators.transshipment_front import TransshipmentFrontQuestion

OUTPUTS = (
    Output("theoretical_capacity_per_day", "trains/day", "Largest flow that no limit is overloaded by", met_from=True),
    Output(
        "practical_capacity_per_day",
        "trains/day",
        "Largest flow at which each limit keeps to the practical utilization",
        met_from=True,
    ),
    Output(
        "sustainable_capacity_per_day", "trains/day", "Largest flow whose mean wait keeps to its limit", met_from=True
    ),
    Output("bottleneck", "limit", "Limit of the least theoretical capacity"),
    Output("bottleneck_order", "limits", "All limits, the tightest first"),
    Output("track_capacity_per_day", "trains/day", "What the pairs of tracks take", met_from=True),
    Output("crane_capacity_per_day", "trains/day", "What the cranes take", met_from=True),
    Output("wagon_capacity_per_day", "trains/day", "What the wagons take", met_from=True),
    Output("yard_capacity_per_day", "trains/day", "What the yard takes", met_from=True),
    Output("utilization", "1", "Flow over theoretical capacity"),
    Output("track_utilization", "1", "Flow over what the tracks take"),
    Output("crane_utilization", "1", "Flow over what the cranes take"),
    Output("wait_mean_hours", "h", "Mean wait of a train for tracks and cranes, in open hours"),
    Output("handling_hours", "h", "Time that all cranes together need for a train"),
    Output("growth_per_day", "trains/day", "Trains that the queue grows by"),
    Output("backlog_at_horizon", "trains", "Trains in the queue after the horizon"),
)

METHOD = "min(tracks, cranes, wagons, yard) (Ballis & Golias 2002)"
WAIT_METHOD = "transshipment front (crane queue joined with track queue)"
APART = "an upper bound: the limits are taken apart"
JOINED = (
    "two queues joined by an own approximation; against simulation it is within 7 % up to a lesser utilization of 0.6, "
    "within 22 % up to 0.8"
)
MOST_SERVERS = 64
"""Up to so many cranes and pairs of tracks the wait is computed."""
TOO_MANY = f"the wait is computed up to {MOST_SERVERS} cranes and pairs of tracks"


def _queue(q: TransshipmentFrontQuestion, pairs: FloatArray, many: Flags) -> tuple[FloatArray, ...]:
    """Give boxes, their scv, hours and scv of a box, cranes, pairs of tracks and the hours that a train holds a pair.

    Where there are too many servers, a queue that is easily solved stands in.
    """
    moves, spread = capacity.moves_per_box(q.yard_share, q.rehandling_share)
    box_hours = moves / (number(q.moves_per_crane_hour) * number(q.crane_availability))
    box_scv = number(q.move_scv) / moves + spread / moves**2
    cranes, pairs = np.where(many, 1.0, q.cranes), np.where(many, 1.0, pairs)
    columns = (number(q.boxes_per_train), number(q.boxes_scv), box_hours, box_scv, cranes)
    rare = 1e-12 / (columns[0] * box_hours)
    alone = once_each(queueing.mxgc_batch_span_mean_hours, rare, *columns)
    return *columns, pairs, minutes_to_hours(number(q.place_minutes) + number(q.remove_minutes)) + alone


def _wait_hours(*columns: FloatArray) -> FloatArray:
    """Give the mean wait from the rate and the columns of the queue."""
    return once_each(_each_wait_hours, *columns)


def _each_wait_hours(*columns: FloatArray) -> FloatArray:
    rate, boxes, boxes_scv, box_hours, box_scv, cranes, pairs, occupied = columns
    work_hours = boxes * box_hours / cranes
    occupied_scv = (boxes_scv + box_scv / boxes) * (work_hours / occupied) ** 2
    for_cranes = queueing.mxgc_first_item_wait_mean_hours(rate, boxes, boxes_scv, box_hours, box_scv, cranes)
    for_tracks = queueing.mgc_wait_mean_hours(rate, occupied, occupied_scv, pairs)
    return capacity.joined_wait_hours(for_cranes, for_tracks, rate, work_hours, pairs)


def _limits(q: TransshipmentFrontQuestion, pairs: FloatArray) -> dict[str, FloatArray]:
    """Give what each limit takes in a day."""
    moves, _ = capacity.moves_per_box(q.yard_share, q.rehandling_share)
    cranes = capacity.crane_capacity_per_hour(
        q.cranes, q.moves_per_crane_hour, q.crane_availability, q.boxes_per_train, moves
    )
    shunting = minutes_to_hours(number(q.place_minutes) + number(q.remove_minutes))
    tracks = capacity.track_capacity_per_hour(pairs, shunting, 1.0 / cranes)
    limits = {"tracks": tracks * number(q.open_hours_per_day), "cranes": cranes * number(q.open_hours_per_day)}
    if q.wagons is not None:
        trips = capacity.fleet_trips_per_hour(q.wagons, number(q.wagon_cycle_hours))
        limits["wagons"] = per_hour_to_per_day(trips) / number(q.wagons_per_train)
    if q.yard_places is not None:
        stored = number(q.boxes_per_train) * number(q.yard_share) * number(q.yard_dwell_hours) / HOURS_PER_DAY
        limits["yard"] = np.where(stored > 0.0, number(q.yard_places) / np.where(stored > 0.0, stored, 1.0), np.inf)
    return limits


def _answer(q: TransshipmentFrontQuestion) -> Readings:
    open_hours = number(q.open_hours_per_day)
    pairs = np.minimum(number(q.standard_gauge_tracks), number(q.broad_gauge_tracks))
    limits = _limits(q, pairs)
    least = np.minimum.reduce(np.broadcast_arrays(*limits.values()))
    many = np.maximum(number(q.cranes), pairs) > MOST_SERVERS

    def wait() -> Answer:
        over = number(q.trains_per_day) >= least
        rate = np.where(over | many, 0.0, number(q.trains_per_day) / open_hours)
        values = _wait_hours(rate, *_queue(q, pairs, many))
        return Answer(values, WAIT_METHOD, np.nan, JOINED, unstable=over & ~many, refused=many, reason=TOO_MANY)

    def sustainable() -> Answer:
        columns = _queue(q, pairs, many)
        boxes, _, box_hours, _, cranes, pairs_here, occupied = columns
        top = np.minimum(cranes / (boxes * box_hours), pairs_here / occupied)
        values = once_each(
            lambda top, limit, *given: largest_flow(_wait_hours, top, limit, given), top, q.wait_limit_hours, *columns
        )
        values = np.minimum(values * open_hours, least)
        return Answer(values, WAIT_METHOD, np.nan, JOINED, refused=many, reason=TOO_MANY)

    def bound(values: FloatArray) -> Answer:
        return Answer(values, error=np.nan, caveat=APART)

    flow = q.trains_per_day
    return Answers(
        OUTPUTS,
        METHOD,
        {
            "theoretical_capacity_per_day": lambda: bound(least),
            "practical_capacity_per_day": lambda: bound(least * q.practical_utilization),
            "sustainable_capacity_per_day": if_given(sustainable, wait_limit_hours=q.wait_limit_hours),
            "bottleneck": lambda: smallest_first(limits)[0],
            "bottleneck_order": lambda: smallest_first(limits)[1],
            "track_capacity_per_day": lambda: limits["tracks"],
            "crane_capacity_per_day": lambda: limits["cranes"],
            "wagon_capacity_per_day": if_given(lambda: limits["wagons"], wagons=q.wagons),
            "yard_capacity_per_day": if_given(
                lambda: Answer(
                    limits["yard"], refused=np.isinf(limits["yard"]), reason="no box is put through the yard"
                ),
                yard_places=q.yard_places,
            ),
            "utilization": if_given(lambda: number(flow) / least, trains_per_day=flow),
            "track_utilization": if_given(lambda: number(flow) / limits["tracks"], trains_per_day=flow),
            "crane_utilization": if_given(lambda: number(flow) / limits["cranes"], trains_per_day=flow),
            "wait_mean_hours": if_given(wait, trains_per_day=flow),
            "handling_hours": lambda: open_hours / limits["cranes"],
            "growth_per_day": if_given(lambda: growth(flow, least), trains_per_day=flow),
            "backlog_at_horizon": if_given(lambda: growth(flow, least) * q.horizon_days, trains_per_day=flow),
        },
    )


TRANSSHIPMENT_FRONT = Calculator(
    name="transshipment_front",
    title="Transshipment front: tracks, cranes, wagons and yard",
    question=TransshipmentFrontQuestion,
    outputs=OUTPUTS,
    answer=_answer,
    references=(
        "Ballis, A. & Golias, J. (2002). Comparative evaluation of existing and innovative rail-road freight transport "
        "terminals. Transportation Research Part A 36(7), 593-611. doi:10.1016/S0965-8564(01)00024-6",
    ),
    target_names={"wait_hours": "wait_mean_hours"},
    remarks=load_remarks,
)
