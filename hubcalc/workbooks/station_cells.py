"""A value of the station table as the cell endpoint answers it: with a verdict of its own."""

from hubmodels.results import Metric, StationResult, Verdict

_BY_LOAD = frozenset({"limit", "arrivals_per_day", "utilization", "growth_per_day"})
"""Columns that are arithmetic on what arrives; the others carry the verdict of the queue."""
_CAPACITIES = frozenset({"theoretical_capacity_per_day", "practical_capacity_per_day"})


def station_cell(station: StationResult, name: str, unit: str) -> Metric:
    """Give a value of the station table with its verdict.

    Parameters
    ----------
    station : StationResult
        A row.
    name, unit : str
        The column, and its unit.

    Returns
    -------
    Metric
        The value; none where the queue of the stage is refused and the value rests on it.
    """
    by_load = name in _BY_LOAD or (name in _CAPACITIES and not station.capacity_is_bound)
    verdict = Verdict(status="exact", method="", expected_error=0) if by_load else station.verdict
    value = None if verdict.status == "refused" else getattr(station, name)
    return Metric(value=value, unit=unit, verdict=verdict)
