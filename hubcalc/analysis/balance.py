"""What goes in and out of a hub: units, contents, TEU, wagons and empties, by flow and by direction.

Each line is counted on its own, so that conservation can be checked: contents in are contents out, turned away and
kept in growing queues.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from hubcalc.analysis.engine import StageState
from hubcalc.analysis.hub import HubAnalysis
from hubcalc.analysis.methods import Column
from hubcalc.analysis.routing import Way
from hubcalc.analysis.stages import method_of
from hubcalc.analysis.stages.yard import PERCENTILES, Storage
from hubcalc.analysis.streams import Stream, column
from hubcalc.readings import at
from hubcalc.units import per_hour_to_per_day
from hubmodels import Contents
from hubmodels.flow import Direction
from hubmodels.results import Balance, DirectionBalance, FlowBalance, Verdict, YardOccupancy

GAMMA_LAW = "gamma law of mean and variance"
_ROUNDING = 1e-9
OCCUPANCY_LAW = "law of M^X/G/infinity, inverted"


def balance_of(analysis: HubAnalysis, i: int) -> Balance:
    """Balance one scenario.

    Parameters
    ----------
    analysis : HubAnalysis
        A group of scenarios.
    i : int
        Which of them.

    Returns
    -------
    Balance
        Flows, directions, what must be brought back, and the occupancy of the yards.
    """
    flows = [_flow(analysis, key, i) for key in analysis.hub.flows]
    directions: tuple[Direction, ...] = ("forward", "return")
    there, back = (_direction(name, [flow for flow in flows if flow.direction == name]) for name in directions)
    empties, empties_way = _returned(there.contents_out_per_day, back.contents_out_per_day)
    wagons, wagons_way = _returned(there.wagons_out_per_day, back.wagons_out_per_day)
    return Balance(
        flows=flows,
        directions=[there, back],
        empties_to_return_per_day=empties,
        empties_direction=empties_way,
        wagons_to_return_per_day=wagons,
        wagons_direction=wagons_way,
        yards=list(_yards(analysis, i)),
    )


class _Kept(NamedTuple):
    """Units a day that stay in growing queues or are turned away at a stage, and the contents of each."""

    growing: Column
    away: Column
    contents: Column


def _flow(analysis: HubAnalysis, key: str, i: int) -> FlowBalance:
    flow, state, way = analysis.hub.flows[key], analysis.state, Way.of(analysis.hub.flows[key])
    kept = [_kept(state.stages[stage], key) for stage in way.stages]
    arriving = column(flow.per_day) * analysis.factors.get(key, 1.0)
    leaving = per_hour_to_per_day(state.leaving_per_hour[key] * state.open_share)
    carried, out = flow.contents, leaving_contents(analysis, key)
    contents_in = None if carried is None else column(carried.mean)
    sums = [column(sum(stage.growing for stage in kept)), column(sum(stage.away for stage in kept))]
    inside = [column(sum(k.growing * k.contents for k in kept)), column(sum(k.away * k.contents for k in kept))]
    known = carried is not None

    def told(value: Column | None) -> float | None:
        return None if value is None or not known else float(at(value, i))

    gone = None if out is None else leaving * out
    empty = column(0.0 if carried is None else carried.empty_share)
    return FlowBalance(
        flow=key,
        direction=flow.direction,
        unit=flow.unit,
        content_unit=carried.unit if carried else None,
        units_in_per_day=float(at(arriving, i)),
        units_out_per_day=float(at(leaving, i)),
        units_growth_per_day=float(at(sums[0], i)),
        units_turned_away_per_day=float(at(sums[1], i)),
        contents_per_unit_in=told(contents_in),
        contents_per_unit_out=told(out),
        contents_in_per_day=told(None if contents_in is None else arriving * contents_in),
        contents_out_per_day=told(gone),
        contents_growth_per_day=told(inside[0]),
        contents_turned_away_per_day=told(inside[1]),
        loaded_out_per_day=told(None if gone is None else gone * (1 - empty)),
        empty_out_per_day=told(None if gone is None else gone * empty),
        teu_in_per_day=told(_in_teu(carried, None if contents_in is None else arriving * contents_in)),
        teu_out_per_day=told(_in_teu(carried, gone)),
        wagons_in_per_day=told(_in_wagons(carried, None if contents_in is None else arriving * contents_in)),
        wagons_out_per_day=told(_in_wagons(carried, gone)),
    )


def _kept(state: StageState, key: str) -> _Kept:
    stream, performance = state.streams[key], state.performance
    visiting = per_hour_to_per_day(stream.per_hour * state.open_share) * performance.visit_share
    accepted = performance.accepted_share.get(key, column(1.0))
    growing = visiting * accepted * (1 - state.carried_share)
    contents = column(0.0 if stream.carried is None else stream.carried.mean)
    return _Kept(growing, visiting * (1 - accepted), contents)


def leaving_contents(analysis: HubAnalysis, key: str) -> Column | None:
    """Give the mean contents of one handling unit that leaves, over all stages at which some do."""
    units, contents, way = column(0.0), column(0.0), Way.of(analysis.hub.flows[key])
    for stage in way.stages:
        after = _after(analysis, stage, analysis.state.stages[stage].streams[key])
        if after.carried is None:
            return None
        rate = after.per_hour * analysis.state.stages[stage].open_share * way.leaving(stage)
        units, contents = units + rate, contents + rate * column(after.carried.mean)
    none = units == 0
    return np.where(none, 0.0, contents / np.where(none, 1.0, units))


def _after(analysis: HubAnalysis, stage_id: str, stream: Stream) -> Stream:
    stage = analysis.hub.stages[stage_id]
    change = method_of(stage).after
    return stream if change is None else change(stage, stream)


def _in_teu(contents: Contents | None, count: Column | None) -> Column | None:
    if contents is None or contents.teu_per_unit is None or count is None:
        return None
    return count * column(contents.teu_per_unit)


def _in_wagons(contents: Contents | None, count: Column | None) -> Column | None:
    if contents is None or contents.units_per_wagon is None or count is None:
        return None
    return count / column(contents.units_per_wagon)


def _direction(direction: Direction, flows: list[FlowBalance]) -> DirectionBalance:
    carrying = [flow for flow in flows if flow.content_unit is not None]
    alike = len({flow.content_unit for flow in carrying}) <= 1
    return DirectionBalance(
        direction=direction,
        contents_out_per_day=_sum(flow.contents_out_per_day for flow in carrying) if alike else None,
        loaded_out_per_day=_sum(flow.loaded_out_per_day for flow in carrying) if alike else None,
        empty_out_per_day=_sum(flow.empty_out_per_day for flow in carrying) if alike else None,
        teu_out_per_day=_sum(flow.teu_out_per_day for flow in carrying),
        wagons_out_per_day=_sum(flow.wagons_out_per_day for flow in carrying),
    )


def _sum(values: Iterable[float | None]) -> float | None:
    """Add up; None where one is unknown."""
    listed = list(values)
    known = [value for value in listed if value is not None]
    return sum(known) if len(known) == len(listed) else None


def _returned(there: float | None, back: float | None) -> tuple[float | None, Direction | None]:
    """Give how many gather on one side a day, and the direction in which they must come back."""
    if not there or not back:  # of a hub of which one side only is known, nothing can be said
        return None, None
    surplus = there - back
    if abs(surplus) <= _ROUNDING * max(there, back):
        return 0.0, None
    return abs(surplus), "return" if surplus > 0 else "forward"


def _yards(analysis: HubAnalysis, i: int) -> Iterable[YardOccupancy]:
    for stage_id, state in analysis.state.stages.items():
        storage = state.performance
        if not isinstance(storage, Storage):
            continue
        details = storage.details
        half, most, almost_all = (float(at(details[f"yard_p{100 * p:.0f}_teu"][0], i)) for p in PERCENTILES)
        yield YardOccupancy(
            stage=stage_id,
            mean_teu=float(at(details["yard_mean_teu"][0], i)),
            p50_teu=half,
            p95_teu=most,
            p99_teu=almost_all,
            capacity_teu=float(at(details["yard_capacity_teu"][0], i)),
            verdict=_occupancy_verdict(storage, i),
        )


def _occupancy_verdict(storage: Storage, i: int) -> Verdict:
    inverted = len(storage.streams) == 1 and storage.numerical
    if at(storage.exact_occupancy, i):
        return Verdict(status="exact", method=OCCUPANCY_LAW, expected_error=0.0)
    reason = "arrivals are not Poisson, or laws of batches and of the dwell are fitted to two moments"
    if len(storage.streams) > 1:
        reason = "several flows: only mean and variance of what they hold together are known"
    return Verdict(status="approximate", method=OCCUPANCY_LAW if inverted else GAMMA_LAW, reason=reason)
