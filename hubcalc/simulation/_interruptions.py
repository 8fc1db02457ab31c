"""When work on a resource is done: its clock and its interruptions, which are drawn as time goes on.

Of each resource only the first interruption that is not over yet is kept. Work that lasts beyond it looks ahead with a
copy of the random stream, so that the same interruptions come again when their time has come.
"""

from hubcalc.compiled import helper
from hubcalc.simulation._clock import advance, closed_between, next_open, work_between
from hubcalc.simulation._layout import (
    CLOCK,
    CLOSED_LAW,
    CLOSED_SUM,
    CLOSED_UNTIL,
    NOW,
    OPEN_LAW,
    RESOURCE_STREAM,
    STANDS_FROM,
    STANDS_TO,
)
from hubcalc.simulation._random import draw
from hubcalc.simulation._state import Plan, State


@helper
def settle_interruptions(plan: Plan, state: State, resource: int) -> float:
    """Count the closed hours of an interrupted resource up to now, and draw its next interruption."""
    now = state.moments[NOW]
    hours = state.resource_hours
    clock = state.resources[resource, CLOCK]
    start, end = hours[resource, STANDS_FROM], hours[resource, STANDS_TO]
    since, closed = hours[resource, CLOSED_UNTIL], hours[resource, CLOSED_SUM]
    while end <= now:
        if since < start:
            closed += closed_between(plan.clocks, plan.table, clock, since, start)
        closed += end - max(since, start)
        since = end
        start, end = following_interruption(plan, state, resource, state.resources[resource, RESOURCE_STREAM], end)
    if since < now:
        if since < start:
            closed += closed_between(plan.clocks, plan.table, clock, since, min(now, start))
        closed += max(0.0, now - max(since, start))
        since = now
    hours[resource, STANDS_FROM], hours[resource, STANDS_TO] = start, end
    hours[resource, CLOSED_UNTIL], hours[resource, CLOSED_SUM] = since, closed
    return float(closed)


@helper
def following_interruption(plan: Plan, state: State, resource: int, stream: int, after: float) -> tuple[float, float]:
    """Draw the interruption that follows the end of another."""
    start = after + draw(plan.laws, plan.table, state.resources[resource, OPEN_LAW], state.streams, stream)
    end = start + draw(plan.laws, plan.table, state.resources[resource, CLOSED_LAW], state.streams, stream)
    return start, end


@helper(inline=True)
def closed_hours(plan: Plan, state: State, resource: int) -> float:
    """Give how long a resource has stood still up to now; only differences of it mean anything."""
    if state.resources[resource, OPEN_LAW] >= 0:
        return settle_interruptions(plan, state, resource)
    if state.resources[resource, CLOCK] >= 0:
        now = state.moments[NOW]
        return closed_between(plan.clocks, plan.table, state.resources[resource, CLOCK], 0.0, now)
    return 0.0


@helper
def _copy_stream(state: State, resource: int) -> int:
    """Copy the stream of a resource's interruptions to the last one, which is there for this."""
    scratch = state.streams.shape[0] - 1
    for i in range(4):
        state.streams[scratch, i] = state.streams[state.resources[resource, RESOURCE_STREAM], i]
    return int(scratch)


@helper
def _finish_interrupted(plan: Plan, state: State, resource: int, start: float, work: float) -> tuple[float, float]:
    """Give when work begun at `start`, not before now, is done, and how long it stands still, with interruptions."""
    settle_interruptions(plan, state, resource)
    clock = state.resources[resource, CLOCK]
    stream = _copy_stream(state, resource)
    stands_from, stands_to = state.resource_hours[resource, STANDS_FROM], state.resource_hours[resource, STANDS_TO]
    time, left, closed = start, work, 0.0
    while True:
        if time >= stands_to:
            stands_from, stands_to = following_interruption(plan, state, resource, stream, stands_to)
            continue
        if time < stands_from:
            finish = advance(plan.clocks, plan.table, clock, time, left)
            if finish <= stands_from:
                return finish, closed + closed_between(plan.clocks, plan.table, clock, time, finish)
            left = max(0.0, left - work_between(plan.clocks, plan.table, clock, time, stands_from))
            closed += closed_between(plan.clocks, plan.table, clock, time, stands_from)
        closed += stands_to - max(time, stands_from)
        time = stands_to


@helper(inline=True)
def finish_of_work(plan: Plan, state: State, resource: int, work: float) -> tuple[float, float]:
    """Give when work on a resource that is begun now is done, and how long it stands still meanwhile."""
    now = state.moments[NOW]
    if state.resources[resource, OPEN_LAW] >= 0:
        return _finish_interrupted(plan, state, resource, now, work)
    clock = state.resources[resource, CLOCK]
    if clock < 0:
        return now + work, 0.0
    finish = advance(plan.clocks, plan.table, clock, now, work)
    return finish, closed_between(plan.clocks, plan.table, clock, now, finish)


@helper
def open_from(plan: Plan, state: State, resource: int, start: float) -> float:
    """Give the first time from `start`, not before now, at which a resource neither is closed nor interrupted."""
    clock = state.resources[resource, CLOCK]
    if state.resources[resource, OPEN_LAW] < 0:
        return next_open(plan.clocks, plan.table, clock, start)
    settle_interruptions(plan, state, resource)
    stream = _copy_stream(state, resource)
    stands_from, stands_to = state.resource_hours[resource, STANDS_FROM], state.resource_hours[resource, STANDS_TO]
    time = next_open(plan.clocks, plan.table, clock, start)
    while time >= stands_from:
        if time < stands_to:
            time = next_open(plan.clocks, plan.table, clock, stands_to)
        if time >= stands_to:
            stands_from, stands_to = following_interruption(plan, state, resource, stream, stands_to)
    return time
