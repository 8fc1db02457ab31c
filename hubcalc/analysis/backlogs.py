"""How long a line before a stage lasts, and what a closure leaves behind."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from hubcalc.analysis.analyses import document_of
from hubcalc.analysis.curve import single_scenario
from hubcalc.analysis.fluid_week import FluidWeek, Piece
from hubcalc.analysis.hub import HubAnalysis
from hubcalc.analysis.timeline import Served
from hubcalc.analysis.waiting_lines import WaitingLine
from hubcalc.errors import ParameterError, Problem, RefusedError
from hubcalc.readings import at
from hubcalc.units import HOURS_PER_DAY, HOURS_PER_WEEK, per_hour_to_per_day
from hubcalc.version import MODEL_VERSION
from hubmodels import HubBase
from hubmodels.paths import replace_leaves
from hubmodels.results import Clearing, HubReference, Recovery, Verdict

MOST_IN_LINE = 1e7
MOST_CLOSED_HOURS = 8_760.0
_HALVINGS = 60
_SHORTEST_HOURS = 1e-9

FLUID = "fluid through the hours of the week; percentiles by the diffusion of the counts"
NO_END = "as much arrives as can be served, or more, so the line never clears"


def clearing(
    hub: HubBase | Mapping[str, Any] | str,
    queue: float,
    stage: str | None = None,
    overrides: Mapping[str, Any] | None = None,
    *,
    start_hour: float = 0.0,
) -> Clearing:
    r"""Give the time in which a line before a stage clears while arrivals go on.

    Parameters
    ----------
    hub : HubBase, mapping or str
        A hub document, or the id of one of the fixtures.
    queue : float
        Handling units in line; of the main flow, if it comes to the stage. [units]
    stage : str, optional
        Id of the stage; by default that of the main route with the least capacity.
    overrides : mapping, optional
        One value by path.
    start_hour : float, optional
        When the line is counted, in hours since Monday, 0:00. [h]

    Returns
    -------
    Clearing
        Hours until nobody is in line, with P10 and P90, or the growth where that never comes.

    Raises
    ------
    DocumentError, UnknownPathError, OverrideError
        If the document or an override cannot be used.
    ParameterError
        If the queue or the start is out of its range, or no unit waits for the stage.

    Notes
    -----
    Exact for the fluid: arrivals and service at even rates within each hour, the calendar, and a quota whose permits
    are given out at midnight; there the line is gone when the permits last to the end of the day. Without calendar the
    time is that in which a Brownian motion from the line falls to zero, inverse Gaussian with mean
    :math:`N / \theta` and variance :math:`N \sigma^2 / \theta^3` [1]_, with :math:`\theta` the spare capacity and
    :math:`\sigma^2` the variance of the counts an hour; its quantiles, over its mean, are those of the line that the
    fluid starts from.

    Examples
    --------
    >>> stage = {"kind": "gate", "lanes": 1, "service_time": {"law": "deterministic", "mean_minutes": 1.2}}
    >>> border = {
    ...     "kind": "border_crossing", "id": "border", "name": "Border", "mode": "road",
    ...     "country_from": "CN", "country_to": "KZ",
    ...     "location": {"latitude_deg": 44, "longitude_deg": 80}, "opening": {"time_zone": "Asia/Almaty"},
    ...     "flows": {"trucks": {"unit": "truck", "per_day": 800, "route": ["booth"]}},
    ...     "main_flow": "trucks", "stages": {"booth": stage},
    ... }
    >>> round(clearing(border, 1500).cleared_after_hours, 6)
    90.0

    References
    ----------
    .. [1] D. R. Cox, H. D. Miller (1965), The Theory of Stochastic Processes, Chapman and Hall, section 5.7.
    """
    _within("queue", queue, 0.0, MOST_IN_LINE)
    _within("start_hour", start_hour, 0.0, HOURS_PER_WEEK, below=True)
    document, line, given = _line(hub, stage, overrides)
    work = queue * line.unit
    grows = line.grows
    times: list[float | None] = [None, None, None]
    if not grows:
        ratios = (1.0, _ratio(line, queue, 0.1), _ratio(line, queue, 0.9))
        times = [line.emptied(line.week, work * ratio, start_hour) if queue else 0.0 for ratio in ratios]
    last = line.emptied(line.week.without_arrivals(), work, start_hour) if queue else 0.0
    status = Verdict(status="unstable", method=FLUID, reason=NO_END)
    if not grows:
        status = Verdict(status="approximate", method=FLUID, reason="mean counts; no error has been measured")
    return Clearing(
        **_common(document, line, given),
        queue=queue,
        arrivals_per_day=per_hour_to_per_day(line.per_hour),
        capacity_per_day=line.capacity_per_day,
        cleared_after_hours=times[0],
        cleared_p10_hours=times[1],
        cleared_p90_hours=times[2],
        last_in_queue_hours=last if np.isfinite(last) else None,
        growth_per_day=max(line.growth_per_day, 0.0),
        verdict=status,
    )


def recovery(
    hub: HubBase | Mapping[str, Any] | str,
    closed_hours: float,
    stage: str | None = None,
    overrides: Mapping[str, Any] | None = None,
    *,
    start_hour: float = 0.0,
) -> Recovery:
    """Give what a closure of a stage leaves behind, and when it is over.

    Parameters
    ----------
    hub : HubBase, mapping or str
        A hub document, or the id of one of the fixtures.
    closed_hours : float
        Length of the closure, above 0; arrivals go on. [h]
    stage : str, optional
        Id of the stage; by default that of the main route with the least capacity.
    overrides : mapping, optional
        One value by path.
    start_hour : float, optional
        When it begins, in hours since Monday, 0:00. [h]

    Returns
    -------
    Recovery
        Backlog at its end, hours until the line is what it usually is at that time, those delayed and their mean delay.

    Raises
    ------
    DocumentError, UnknownPathError, OverrideError
        If the document or an override cannot be used.
    ParameterError
        If the closure or its start is out of its range, or no unit waits for the stage.

    Notes
    -----
    Exact for the fluid. The further delay is the area between the line with and without the closure, over those who are
    in line or come from its beginning until the line is gone for the first time after it.
    """
    _within("closed_hours", closed_hours, 0.0, MOST_CLOSED_HOURS, above=True)
    _within("start_hour", start_hour, 0.0, HOURS_PER_WEEK, below=True)
    document, line, given = _line(hub, stage, overrides)
    start, end = start_hour + HOURS_PER_WEEK, start_hour + HOURS_PER_WEEK + closed_hours
    usual, left = _usual(line, start)
    at_end = _line_at(line, usual, left, start, end, closed=end)
    grows = line.grows
    found: list[float | None] = [None, None, None]
    usual_at_end = usual if grows else _line_at(line, usual, left, start, end, closed=-1.0)
    if not grows:
        found = list(_recovered(line, usual, left, (start, end)))
    status = Verdict(status="unstable", method=FLUID, reason=NO_END)
    if not grows:
        status = Verdict(status="approximate", method=FLUID, reason="mean counts; no error has been measured")
    return Recovery(
        **_common(document, line, given),
        closed_hours=closed_hours,
        backlog=at_end / line.unit,
        backlog_usual=usual_at_end / line.unit,
        recovered_after_hours=found[0],
        affected=found[1],
        delay_mean_hours=found[2],
        growth_per_day=max(line.growth_per_day, 0.0),
        verdict=status,
    )


def _recovered(line: WaitingLine, usual: float, left: float | None, closure: tuple[float, float]) -> tuple[float, ...]:
    """Give hours from the end of a closure until the line is gone, those delayed, and their mean further delay."""
    start, end = closure
    area, arrived, over = 0.0, usual, end
    for stretch, _ in line.week.path(usual, start, end, left):
        area, over = area + stretch.area, stretch.end
        if stretch.start >= end - _SHORTEST_HOURS and stretch.after == 0:
            break
    arrived += _arrivals(line.week, start, over)
    for stretch, _ in line.week.path(usual, start, left=left):
        kept = min(stretch.end, over)
        part = (kept - stretch.start) / (stretch.end - stretch.start) if stretch.end > stretch.start else 1.0
        middle = stretch.before + (stretch.after - stretch.before) * part
        area -= (stretch.before + middle) / 2 * (kept - stretch.start)
        if stretch.end >= over:
            break
    return over - end, arrived / line.unit, max(area, 0.0) / arrived if arrived > 0 else 0.0


def _arrivals(week: FluidWeek, start: float, end: float) -> float:
    whole, rest = divmod(end - start, HOURS_PER_WEEK)
    found = whole * week.arrivals
    begin = start % HOURS_PER_WEEK
    for piece in (*week.pieces, *(Piece(p.start + HOURS_PER_WEEK, p.hours, p.arrivals, 0.0) for p in week.pieces)):
        inside = min(piece.start + piece.hours, begin + rest) - max(piece.start, begin)
        found += max(inside, 0.0) * piece.arrivals
    return found


def _usual(line: WaitingLine, start: float) -> tuple[float, float | None]:
    """Give line and permits left at a time of a usual week; none where there is none."""
    if line.growth_per_day >= 0:
        return 0.0, None
    begin, left = line.steady
    found = begin
    for stretch, permits in line.week.path(begin, HOURS_PER_WEEK, left=left):
        if stretch.end > start:
            part = (start - stretch.start) / (stretch.end - stretch.start)
            return stretch.before + (stretch.after - stretch.before) * max(part, 0.0), left
        found, left = stretch.after, permits if line.quota is not None else None
    return found, left


def _line_at(line: WaitingLine, work: float, left: float | None, start: float, end: float, *, closed: float) -> float:
    """Give the line at a time, from another on."""
    for stretch, _ in line.week.path(work, start, closed, left):
        if stretch.end >= end:
            part = (end - stretch.start) / (stretch.end - stretch.start) if stretch.end > stretch.start else 1.0
            return stretch.before + (stretch.after - stretch.before) * part
    raise AssertionError(start)


def _ratio(line: WaitingLine, queue: float, probability: float) -> float:
    """Give a quantile of the inverse Gaussian time of clearing over its mean."""
    from scipy import special

    spare = -line.growth_per_day / HOURS_PER_DAY
    variance = line.served.count_variance_per_hour if line.flowing else line.served.queue[2] * spare
    shape = queue * spare / variance if variance > 0 else np.inf
    if not np.isfinite(shape) or queue == 0:
        return 1.0
    low, high = 1e-9, 1.0 + 20.0 / shape + 10.0 / np.sqrt(shape)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        root = np.sqrt(shape / middle)
        below = special.ndtr(root * (middle - 1)) + np.exp(2 * shape + special.log_ndtr(-root * (middle + 1)))
        low, high = (middle, high) if below < probability else (low, middle)
    return float(high)


def _line(
    hub: HubBase | Mapping[str, Any] | str, stage: str | None, overrides: Mapping[str, Any] | None
) -> tuple[HubBase, WaitingLine, dict[str, Any]]:
    document = document_of(hub)
    changed, given = single_scenario(document, overrides)
    analysis = HubAnalysis(changed, 1, method="fast")
    if stage is None:
        places = [s for s in changed.main.stages if analysis.state.stages[s].holds_back]
        stage = min(places, key=lambda s: float(at(analysis.capacities[s].theoretical_factor, 0)), default="")
    state = analysis.state.stages.get(stage)
    if state is None or not state.holds_back:
        allowed = ", ".join(s for s, found in analysis.state.stages.items() if found.holds_back)
        raise ParameterError.of(
            Problem("no stage that units wait for", parameter="stage", given=stage, allowed=allowed)
        )
    key = next(iter(state.streams))
    flowing = bool(at(state.streams[key].per_hour, 0) > 0)
    if not flowing:
        analysis = HubAnalysis(replace_leaves(changed, {f"flows.{key}.per_day": 1.0}), 1, method="fast")
    line = WaitingLine(Served(analysis, stage), key, flowing)
    if line.unit == 0:
        raise RefusedError.of(Problem("the stage takes no time", parameter=f"stages.{stage}"))
    return document, line, given


def _common(document: HubBase, line: WaitingLine, given: dict[str, Any]) -> dict[str, Any]:
    return {
        "hub": HubReference(id=document.id, name=document.name, kind=getattr(document, "kind", "")),
        "model_version": MODEL_VERSION,
        "overrides": given,
        "stage": line.served.stage_id,
        "unit": line.stream.flow.unit,
    }


def _within(name: str, value: float, low: float, high: float, *, above: bool = False, below: bool = False) -> None:
    inside = (value > low if above else value >= low) and (value < high if below else value <= high)
    if not inside:
        allowed = f"{'above' if above else 'from'} {low:g} {'and below' if below else 'to'} {high:g}"
        raise ParameterError.of(Problem("out of its range", parameter=name, given=value, allowed=allowed))
