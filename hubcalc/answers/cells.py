"""Single values of an analysis, as cells of a spreadsheet show them: metrics, and columns of stages."""

from hubmodels.results import Metric, StationResult, Verdict
from hubmodels.tables import station_columns

_ARITHMETIC = "arithmetic on the loads of the stage"
_LOADS = frozenset(
    {"arrivals_per_day", "utilization", "growth_per_day", "backlog_at_horizon", "fewest_stable_servers", "limit"}
    | {"crane_utilization", "track_utilization", "handling_hours_per_train", "track_hours_per_train"}
    | {"yard_mean_teu", "yard_capacity_teu", "boxes_stored_per_day"}
)
"""Columns that are arithmetic on what arrives; the others carry the verdict of the queue."""
_CAPACITIES = frozenset({"theoretical_capacity_per_day", "practical_capacity_per_day"})
_ENDLESS = ("wait_mean_hours", "dwell_mean_hours", "dwell_p50_hours", "dwell_p90_hours", "dwell_p95_hours")
_TIMES = ("_hours", "blocked_share")
NOT_THERE = "there is no such value in this scenario"
"""Said of a value that is missing without being endless."""


def is_endless(name: str) -> bool:
    """Say whether a cell is without end where there is no steady state.

    >>> is_endless("content_wait_mean_hours"), is_endless("utilization")
    (True, False)
    """
    return name.endswith(_ENDLESS)


def is_time(column: str) -> bool:
    """Say whether a column of a stage is a time of its queue, which may have to be simulated; loads need nothing.

    >>> is_time("wait_mean_hours"), is_time("track_hours_per_train")
    (True, False)
    """
    return column.endswith(_TIMES) and column not in _LOADS


def station_cell(station: StationResult, column: str) -> Metric:
    """Give a value of the station table, or one of the details of a stage, with a verdict of its own.

    Parameters
    ----------
    station : StationResult
        A row.
    column : str
        A column, or a detail that the row has.

    Returns
    -------
    Metric
        The value; none where the queue of the stage is refused and the value rests on it.
    """
    by_load = column in _LOADS or (column in _CAPACITIES and not station.capacity_is_bound)
    verdict = Verdict(status="exact", method=_ARITHMETIC, expected_error=0) if by_load else station.verdict
    if column in station.details:
        value, unit = station.details[column].value, station.details[column].unit
    else:
        value, unit = getattr(station, column), station_columns()[column]
    return Metric(value=None if verdict.status == "refused" else value, unit=unit, verdict=verdict)
