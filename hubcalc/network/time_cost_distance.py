"""The time/cost-distance series of a route: cumulative time and cost over distance, with steps at its nodes.

The method plots distance against cumulative time or cost from origin to destination: the slope of a line is the time or
the cost of a kilometer of transport, a vertical step that of a place [1, 2].

References
----------
1. UNESCAP. Time/Cost-Distance Methodology. https://www.unescap.org/resources/timecost-distance-methodology
2. Beresford, A. K. C., Dubey, R. C. (1990). Handbook on the Management and Operation of Dry Ports. UNCTAD, Geneva.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from hubcalc.arguments import FloatArray, non_negative
from hubcalc.errors import ArgumentError, Problem

SegmentKind = Literal["transport", "border", "transfer"]
"""Movement between places; a border crossing; any other place: a terminal, a port, a gauge change."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a route: a movement over a distance, or the passage of a place.

    Parameters
    ----------
    label : str
        What it is called.
    kind : SegmentKind
        transport, border or transfer; the last two are places and have no length.
    mode : str
        Mode of transport, or what is done at the place.
    distance_km : float
        Length. [km]
    hours : float
        Time. [h]
    cost_usd : float
        Cost. [USD]
    low_hours, high_hours : float, optional
        Range of the time; without it, the time itself. [h]
    low_cost_usd, high_cost_usd : float, optional
        Range of the cost; without it, the cost itself. [USD]

    Raises
    ------
    ArgumentError
        If a number is negative or not finite, a place has a length, or a range does not hold its value.
    """

    label: str
    kind: SegmentKind
    mode: str
    distance_km: float
    hours: float
    cost_usd: float
    low_hours: float | None = None
    high_hours: float | None = None
    low_cost_usd: float | None = None
    high_cost_usd: float | None = None

    def __post_init__(self) -> None:
        if self.kind not in get_args(SegmentKind):
            allowed = ", ".join(get_args(SegmentKind))
            raise ArgumentError.of(
                Problem("no such kind", parameter=self._at("kind"), given=self.kind, allowed=allowed)
            )
        for name in ("distance_km", "hours", "cost_usd", "low_hours", "high_hours", "low_cost_usd", "high_cost_usd"):
            value = getattr(self, name)
            if value is not None:
                non_negative(self._at(name), value)
        if self.kind != "transport" and self.distance_km > 0:
            message = "a place has no length"
            raise ArgumentError.of(
                Problem(message, parameter=self._at("distance_km"), given=self.distance_km, allowed="0")
            )
        self._check_range("hours", self.low_hours, self.hours, self.high_hours)
        self._check_range("cost_usd", self.low_cost_usd, self.cost_usd, self.high_cost_usd)

    def _check_range(self, name: str, low: float | None, value: float, high: float | None) -> None:
        """Refuse a range that does not hold its value."""
        if (low is not None and low > value) or (high is not None and high < value):
            message = f"is not within its range, {low} to {high}"
            raise ArgumentError.of(Problem(message, parameter=self._at(name), given=value))

    def _at(self, name: str) -> str:
        """Name a field, with the segment that it belongs to."""
        return f"{self.label}.{name}"


@dataclass(frozen=True, slots=True)
class TimeCostDistance:
    """A route's series: the values at its start and behind each segment; arrays of (segments + 1,).

    Sums of the low, or of the high, ends of ranges bound the route's time and cost; they are no quantiles.
    """

    distance_km: FloatArray
    """Cumulative distance [km]; it stands still at places, where the lines step up."""
    hours: FloatArray
    """Cumulative time [h]."""
    low_hours: FloatArray
    """Cumulative low ends of the times [h]."""
    high_hours: FloatArray
    """Cumulative high ends of the times [h]."""
    cost_usd: FloatArray
    """Cumulative cost [USD]."""
    low_cost_usd: FloatArray
    """Cumulative low ends of the costs [USD]."""
    high_cost_usd: FloatArray
    """Cumulative high ends of the costs [USD]."""
    hours_by_kind: dict[str, float]
    """Time of each kind of segment [h]; the sum is the last of `hours`."""
    cost_usd_by_kind: dict[str, float]
    """Cost of each kind of segment [USD]; the sum is the last of `cost_usd`."""

    @property
    def hours_shares(self) -> dict[str, float]:
        """Share of each kind in the time [1]; none where there is no time at all."""
        return _shares(self.hours_by_kind)

    @property
    def cost_shares(self) -> dict[str, float]:
        """Share of each kind in the cost [1]; none where there is no cost at all."""
        return _shares(self.cost_usd_by_kind)


def time_cost_distance(segments: Sequence[Segment]) -> TimeCostDistance:
    """Give the series of a route.

    Parameters
    ----------
    segments : sequence of Segment
        The parts of the route, in their order.

    Returns
    -------
    TimeCostDistance
        Cumulative distance, time and cost, and what each kind of segment has of them.

    Raises
    ------
    ArgumentError
        If there is no segment.

    Examples
    --------
    >>> series = time_cost_distance([
    ...     Segment("Xi'an - Khorgos", "transport", "railway", 3300.0, 80.0, 1500.0),
    ...     Segment("Khorgos", "border", "gauge change", 0.0, 20.0, 330.0, low_hours=6.0, high_hours=70.0),
    ...     Segment("Khorgos - Aktau", "transport", "railway", 3128.0, 100.0, 1200.0),
    ... ])
    >>> series.distance_km, series.hours, series.high_hours
    (array([   0., 3300., 3300., 6428.]), array([  0.,  80., 100., 200.]), array([  0.,  80., 150., 250.]))
    >>> series.hours_shares
    {'transport': 0.9, 'border': 0.1, 'transfer': 0.0}
    """
    if not segments:
        raise ArgumentError.of(Problem("a route has one segment or more", parameter="segments"))
    time, cost = [s.hours for s in segments], [s.cost_usd for s in segments]
    return TimeCostDistance(
        distance_km=_cumulative([s.distance_km for s in segments]),
        hours=_cumulative(time),
        low_hours=_cumulative([s.hours if s.low_hours is None else s.low_hours for s in segments]),
        high_hours=_cumulative([s.hours if s.high_hours is None else s.high_hours for s in segments]),
        cost_usd=_cumulative(cost),
        low_cost_usd=_cumulative([s.cost_usd if s.low_cost_usd is None else s.low_cost_usd for s in segments]),
        high_cost_usd=_cumulative([s.cost_usd if s.high_cost_usd is None else s.high_cost_usd for s in segments]),
        hours_by_kind=_by_kind(segments, time),
        cost_usd_by_kind=_by_kind(segments, cost),
    )


def _cumulative(values: Sequence[float]) -> FloatArray:
    """Give the sums of the first values, of none to all."""
    return np.concatenate([[0.0], np.cumsum(values)])


def _by_kind(segments: Sequence[Segment], values: Sequence[float]) -> dict[str, float]:
    """Sum up values by the kind of their segment."""
    found = dict.fromkeys(get_args(SegmentKind), 0.0)
    for segment, value in zip(segments, values, strict=True):
        found[segment.kind] += value
    return found


def _shares(values: dict[str, float]) -> dict[str, float]:
    """Divide values by their sum."""
    total = sum(values.values())
    return {key: value / total for key, value in values.items()} if total > 0 else {}
