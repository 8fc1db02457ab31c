"""Waits through years of storms, at the part of a corridor that they close."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from hubcalc.analysis.analyses import method_name
from hubcalc.analysis.corridors.assembly import Assembly, assemble
from hubcalc.analysis.corridors.case import cases_of, corridor_of
from hubcalc.analysis.corridors.parts import PassedPart
from hubcalc.analysis.corridors.reports import reference_of
from hubcalc.documents import Documents, Fixtures
from hubcalc.errors import ParameterError, Problem, RefusedError
from hubcalc.network.storm_queues import ClosureQueues, queue_through_closures
from hubcalc.network.storms import ClosureCalendars, draw_closures
from hubcalc.readings import number
from hubcalc.units import HOURS_PER_DAY, per_day_to_per_hour
from hubcalc.version import MODEL_VERSION
from hubcalc.words import did_you_mean
from hubmodels import Corridor, FerryOrVessel
from hubmodels.corridor import MONTHS, Storms
from hubmodels.corridor_results import StormMonth, StormReport, StormResult
from hubmodels.results import Verdict

YEARS = 400
SEED = 1
METHOD = "fluid queue through drawn calendars of storms (alternating renewal, exponential), first come first served"
_TARGET_HOURS = 72.0
_CALM_SHARE = 0.0
_BISECTIONS = 30
_MOST_FACTOR = 1e4


def corridor_storms(
    corridor: Corridor | Mapping[str, Any] | str,
    overrides: Mapping[str, Any] | None = None,
    *,
    storms: str | None = None,
    wait_target_hours: float = _TARGET_HOURS,
    seed: int = SEED,
    documents: Documents | None = None,
) -> StormReport:
    """Send the flow of a part that storms close through many years of storms, in every combination of the overrides.

    Of the places that the storms close it is the one with the least capacity; what comes is the flow of its document.

    Parameters
    ----------
    corridor : Corridor, mapping or str
        A corridor document, or the id of one.
    overrides : mapping, optional
        A value, or a list of values, by path; ``hubs.<id>.`` and ``lines.<id>.`` lead into the corridor's documents.
    storms : str, optional
        Id of the season of storms; not needed where the corridor has one only.
    wait_target_hours : float
        Wait that nine of ten of those who come in the worst month should not exceed [h].
    seed : int
        Seed of the calendars.
    documents : Documents, optional
        Where documents are found; by default those that come with hubcalc.

    Returns
    -------
    StormReport
        Waits by month, and the least capacity, and fleet, that meet the target.

    Raises
    ------
    DocumentError
        If the corridor is not valid or names what is not there.
    RefusedError
        If the corridor has no storms, nothing limits what they close, or nothing passes there at all.
    UnknownPathError, OverrideError, ParameterError
        If an override or a parameter cannot be used.
    """
    if not 0 < wait_target_hours < math.inf:
        problem = Problem(
            "out of bounds", parameter="wait_target_hours", given=wait_target_hours, allowed="above 0 [h]"
        )
        raise ParameterError.of(problem)
    library = documents or Fixtures()
    document = corridor_of(corridor, library)
    cases = cases_of(document, overrides, library)
    results = [
        storm_result(assemble(case, method_name("fast")), storms=storms, wait_target_hours=wait_target_hours, seed=seed)
        for case in cases
    ]
    return StormReport(corridor=reference_of(document, cases), model_version=MODEL_VERSION, results=results)


def _season(corridor: Corridor, name: str | None) -> Storms:
    known = corridor.storms
    if not known:
        message = f"corridor {corridor.id!r} has no storms"
        raise RefusedError(message, [Problem(message, parameter="storms", hint="add them to its document")])
    if name is None and len(known) > 1:
        raise ParameterError.of(Problem("say which", parameter="storms", allowed=", ".join(known)))
    if name is not None and name not in known:
        hint = did_you_mean(name, known)
        raise ParameterError.of(
            Problem("no such storms", parameter="storms", given=name, allowed=", ".join(known), hint=hint)
        )
    return known[name or next(iter(known))]


def storm_result(
    assembly: Assembly, *, storms: str | None = None, wait_target_hours: float = _TARGET_HOURS, seed: int = SEED
) -> StormResult:
    """Send the flow of a part through years of storms in one scenario."""
    season, target = _season(assembly.case.corridor, storms), wait_target_hours
    part = _closed_part(assembly, season)
    calendars = _calendars(season, seed)
    capacity = part.capacity_per_day("theoretical")
    arrivals = part.per_day
    queues = _queues(calendars, arrivals, capacity)
    months = [_month(calendars, queues, month, arrivals) for month in range(len(MONTHS))]
    factor = _least_factor(calendars, arrivals, capacity, target)
    worst = max((month.wait_p90_hours for month in months if month.wait_p90_hours is not None), default=0.0)
    vessels = _vessels(part)
    growing = float(queues.queue_at_end.mean()) > arrivals * 31 and arrivals > capacity * _open_share(calendars)
    return StormResult(
        overrides=assembly.case.overrides,
        element=part.element,
        unit=part.handling_unit,
        arrivals_per_day=arrivals,
        capacity_per_day=capacity,
        years=YEARS,
        seed=seed,
        wait_target_hours=target,
        meets_target=worst <= target,
        least_capacity_per_day=None if factor is None else capacity * factor,
        least_factor=factor,
        vessels=vessels,
        fewest_vessels=None if factor is None or vessels is None else math.ceil(vessels * factor * (1 - 1e-9)),
        verdict=_verdict(growing),
        months=months,
    )


def _verdict(growing: bool) -> Verdict:
    if growing:
        reason = "more comes in a year than is carried while open: waits are those of the first year, and grow"
        return Verdict(status="unstable", method=METHOD, reason=reason)
    reason = f"{YEARS} years drawn; a fluid, without the queues of an open day"
    return Verdict(status="approximate", method=METHOD, reason=reason)


def _closed_part(assembly: Assembly, season: Storms) -> PassedPart:
    """Find the part with the least capacity of those that are closed; its own interruptions are left out."""
    places = {f"nodes.{node}" for node in season.nodes} | {f"links.{link}" for link in season.links}
    closed = [_without_interruptions(part) for part in assembly.parts if part.element in places]
    limited = [part for part in closed if math.isfinite(part.capacity_per_day("theoretical"))]
    if not limited:
        message = f"nothing limits {', '.join(sorted(places)) or 'what the storms close'}"
        raise RefusedError(message, [Problem(message, parameter="storms")])
    nothing = [part for part in limited if part.capacity_per_day("theoretical") <= 0]
    if nothing:
        message = f"nothing passes {nothing[0].element} ({nothing[0].document_id}) even without storms"
        raise RefusedError(message, [Problem(message, parameter="storms")])
    return min(limited, key=lambda part: part.capacity_per_day("theoretical") / _carried(part))


def _carried(part: PassedPart) -> float:
    """Give the flow of the document, so that units of different kinds are compared by their load."""
    return max(part.per_day, 1e-9)


def _without_interruptions(part: PassedPart) -> PassedPart:
    """Leave out the interruptions of the document's own stages: the calendar of storms stands for them."""
    stages = {
        key: stage.model_copy(update={"interruptions": None}) if getattr(stage, "interruptions", None) else stage
        for key, stage in part.document.stages.items()
    }
    return part.with_document(part.document.model_copy(update={"stages": stages}))


def _vessels(part: PassedPart) -> int | None:
    fleets = [part.document.stages[stage] for stage in part.document.flows[part.flow_id].stages]
    return next((int(stage.vessels) for stage in fleets if isinstance(stage, FerryOrVessel)), None)


def _calendars(season: Storms, seed: int) -> ClosureCalendars:
    stormy = [season.closed_share.get(month) for month in MONTHS]
    shares = [month.share if month else _CALM_SHARE for month in stormy]
    lengths = [month.storm_hours if month else HOURS_PER_DAY for month in stormy]
    return draw_closures(shares, lengths, calendars=YEARS, seed=seed)


def _open_share(calendars: ClosureCalendars) -> float:
    return 1 - float(calendars.closed_shares().mean())


def _queues(calendars: ClosureCalendars, arrivals_per_day: float, capacity_per_day: float) -> ClosureQueues:
    rates = (float(per_day_to_per_hour(np.asarray(value))) for value in (arrivals_per_day, capacity_per_day))
    return queue_through_closures(calendars, *rates)


def _of_month(calendars: ClosureCalendars, queues: ClosureQueues, month: int) -> ClosureQueues:
    """Keep those who come in one month."""
    edges = calendars.month_edges_hours()
    begins = queues.pieces[:, 0]
    inside = (begins >= edges[month] - 1e-9) & (begins < edges[month + 1] - 1e-9)
    return replace(queues, pieces=queues.pieces[inside], calendar_of_pieces=queues.calendar_of_pieces[inside])


def _month(calendars: ClosureCalendars, queues: ClosureQueues, month: int, arrivals: float) -> StormMonth:
    mine = _of_month(calendars, queues, month)
    edges = calendars.month_edges_hours()
    starts, ends = calendars.start_hours, calendars.end_hours
    lengths = np.clip(np.minimum(ends, edges[month + 1]) - np.maximum(starts, edges[month]), 0.0, None)
    longest = np.zeros(calendars.size)
    np.maximum.at(longest, calendars.calendar_of_closures, lengths)
    peaks = np.zeros(calendars.size)
    waits = mine.pieces[:, 3:].max(axis=1, initial=0.0)
    np.maximum.at(peaks, mine.calendar_of_pieces, waits)
    return StormMonth(
        month=MONTHS[month],
        closed_share=float(calendars.closed_shares()[:, month].mean()),
        longest_closure_p50_hours=float(np.quantile(longest, 0.5)),
        longest_closure_p90_hours=float(np.quantile(longest, 0.9)),
        wait_mean_hours=number(float(queues.wait_mean_hours[:, month].mean())),
        wait_p90_hours=number(mine.wait_quantile_hours(0.9)) if arrivals > 0 else 0.0,
        longest_wait_p90_hours=float(np.quantile(peaks, 0.9)),
    )


def _least_factor(calendars: ClosureCalendars, arrivals: float, capacity: float, target: float) -> float | None:
    """Find by what the capacity is multiplied so that the worst month just meets the target; None if nothing helps."""

    def meets(factor: float) -> bool:
        queues = _queues(calendars, arrivals, capacity * factor)
        return all(_of_month(calendars, queues, month).share_within(target) >= 0.9 for month in range(len(MONTHS)))

    if arrivals <= 0:
        return 0.0
    low, high = arrivals / capacity * 1e-3, max(arrivals / capacity, 1e-9)
    while not meets(high):
        low, high = high, 2 * high
        if high > _MOST_FACTOR * max(arrivals / capacity, 1.0):
            return None
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        low, high = (low, middle) if meets(middle) else (middle, high)
    return high
