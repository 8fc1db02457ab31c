"""The metrics of a hub as plain columns of values: NaN (or no name) where there is none, and no verdicts."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hubcalc.analysis.balance import leaving_contents
from hubcalc.analysis.hub import HubAnalysis, rounded
from hubcalc.analysis.methods import Column
from hubcalc.analysis.streams import column
from hubcalc.units import DAYS_PER_YEAR, per_hour_to_per_day
from hubmodels import TrainForming


def capacity_per_day(analysis: HubAnalysis, factor: Column) -> Column:
    """Give a multiple of the flow that is counted: NaN where that is zero, inf where nothing limits it."""
    return rounded(factor * analysis.counted_per_day)


def capacity_teu_per_year(analysis: HubAnalysis) -> Column:
    """Give the practical capacity over the working days of a year; NaN where nothing is known of the contents."""
    contents = analysis.hub.flows[analysis.counted_flow].contents
    if contents is None or contents.teu_per_unit is None:
        return np.full(np.shape(analysis.practical_per_day), np.nan)
    days = DAYS_PER_YEAR - len(analysis.hub.opening.holidays)
    return column(analysis.practical_per_day * (column(contents.mean) * column(contents.teu_per_unit)) * days)


def throughput_per_day(analysis: HubAnalysis) -> Column:
    """Give what leaves of the main flow; trains that have been regrouped count as those that came."""
    main, state = analysis.hub.main_flow, analysis.state
    leaving = state.leaving_per_hour[main]
    brought, stages = analysis.hub.main.contents, analysis.hub.stages
    if brought is not None and any(isinstance(stages[stage], TrainForming) for stage in analysis.hub.main.stages):
        taken = leaving_contents(analysis, main)
        leaving = leaving if taken is None else leaving * taken / column(brought.mean)
    return column(per_hour_to_per_day(leaving * state.open_share))


def _content_wait(analysis: HubAnalysis) -> Column:
    split = analysis.content_split
    return column(np.nan) if split is None else split.queue


def _stage(analysis: HubAnalysis, place: int) -> NDArray[np.object_]:
    """Give the names of the stages that limit first (0) or next (1)."""
    return np.array([*analysis.stage_ids, ""], dtype=object)[analysis.bottlenecks[place]]


def _finite(values: Column) -> Column:
    return np.where(np.isfinite(values), values, np.nan)


def _steady(time: Callable[[HubAnalysis], Column]) -> Callable[[HubAnalysis], Column]:
    """Leave a time out where there is no steady state, or no mean."""
    return lambda analysis: np.where(analysis.unstable, np.nan, _finite(time(analysis)))


METRIC_VALUES: dict[str, Callable[[HubAnalysis], NDArray[np.float64] | NDArray[np.object_]]] = {
    "theoretical_capacity_per_day": lambda a: _finite(capacity_per_day(a, a.theoretical_factor)),
    "practical_capacity_per_day": lambda a: _finite(a.practical_per_day),
    "sustainable_capacity_per_day": lambda a: _finite(capacity_per_day(a, a.sustainable_factor)),
    "capacity_teu_per_year": lambda a: _finite(capacity_teu_per_year(a)),
    "throughput_per_day": throughput_per_day,
    "utilization": lambda a: a.utilization,
    "wait_mean_hours": _steady(lambda a: a.unit_split.queue),
    "content_wait_mean_hours": _steady(_content_wait),
    "dwell_mean_hours": _steady(lambda a: a.unit_split.dwell),
    "dwell_p90_hours": _steady(lambda a: a.dwell_p90),
    "bottleneck": lambda a: _stage(a, 0),
    "next_bottleneck": lambda a: _stage(a, 1),
    "dwell_p50_hours": _steady(lambda a: a.dwell_quantile(0.5)),
    "dwell_p95_hours": _steady(lambda a: a.dwell_quantile(0.95)),
    "headroom": lambda a: np.where(np.isfinite(a.practical_per_day), rounded(a.practical_factor - 1), np.nan),
    "capacity_after_fix_per_day": lambda a: _finite(capacity_per_day(a, a.factor_after_fix)),
    "blocking_share": lambda a: a.state.blocking,
    "turned_away_share": lambda a: a.turned_away_share,
    "peak_utilization": lambda a: a.peak_utilization,
}
