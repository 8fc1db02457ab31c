"""Lines at resources: units that seize, and units whose contents are worked on piece by piece."""

from hubcalc.compiled import helper
from hubcalc.simulation._account import book_wait, note, take
from hubcalc.simulation._heap import set_event
from hubcalc.simulation._interruptions import closed_hours, finish_of_work, open_from
from hubcalc.simulation._layout import (
    AMOUNT,
    ASKED,
    AT,
    AT_ONCE,
    BEGUN,
    BETWEEN,
    CATEGORY,
    CLOCK,
    CLOSED_THEN,
    CONTENTS,
    COPIES,
    FLOW,
    FREE,
    GO_ON,
    ITEM_DONE,
    LAST_READY,
    LAW,
    NEXT,
    NOW,
    OPEN_LAW,
    PRIORITIES,
    PRIORITY,
    PROGRESS,
    QUEUE,
    QUEUED,
    R_ASKED,
    R_BLOCKED,
    R_ITEM_WAITS,
    R_ITEMS,
    R_WORKING,
    READY,
    REPAIR,
    SERVICE,
    SHARE,
    SINCE,
    SLOT,
    STEP,
    STREAM,
    TODO,
    UNDER_WAY,
    WAITING,
    WHERE,
)
from hubcalc.simulation._random import draw, poisson, uniform
from hubcalc.simulation._state import FLOWS, LEVELS_OF_PRIORITY, Plan, State
from hubcalc.simulation.trace import TraceEvent

_ASKS = int(TraceEvent.ASK)
_SEIZES = int(TraceEvent.SEIZE)
_BEGINS_WORK = int(TraceEvent.BEGIN_WORK)
_BEGINS_ITEM = int(TraceEvent.BEGIN_ITEM)
_ENDS_ITEM = int(TraceEvent.END_ITEM)
_RELEASES = int(TraceEvent.RELEASE)


@helper(inline=True)
def make_ready(state: State, unit: int) -> None:
    """Let a unit go on at once, after those that were made ready before it."""
    state.units[unit, NEXT] = -1
    if state.counts[READY] < 0:
        state.counts[READY] = unit
    else:
        state.units[state.counts[LAST_READY], NEXT] = unit
    state.counts[LAST_READY] = unit


@helper(inline=True)
def wake(state: State, unit: int) -> None:
    """Let a unit that has waited go on at once: something moves."""
    make_ready(state, unit)
    state.moments[PROGRESS] = state.moments[NOW]


@helper(inline=True)
def set_unit_event(state: State, unit: int, time: float) -> None:
    """Let a unit go on at a time."""
    set_event(state.heap_times, state.heap_codes, state.counts, time, GO_ON, unit)


@helper(inline=True)
def _join(state: State, resource: int, unit: int, asked: int) -> None:
    """Put a unit at the end of the line of its priority; `asked` is -1 where servers come to its contents."""
    line = state.units[unit, PRIORITY]
    state.units[unit, NEXT] = -1
    state.units[unit, ASKED] = asked
    if state.queues[resource, line] < 0:
        state.queues[resource, line] = unit
    else:
        state.units[state.queues[resource, PRIORITIES + line], NEXT] = unit
    state.queues[resource, PRIORITIES + line] = unit
    state.resources[resource, WAITING] += 1
    state.counts[QUEUED] += 1


@helper(inline=True)
def _remove(state: State, resource: int, line: int, before: int, unit: int) -> None:
    """Take a unit out of a line, in which it stands behind `before` (-1 for none)."""
    following = state.units[unit, NEXT]
    if before < 0:
        state.queues[resource, line] = following
    else:
        state.units[before, NEXT] = following
    if following < 0:
        state.queues[resource, PRIORITIES + line] = before
    state.resources[resource, WAITING] -= 1
    state.counts[QUEUED] -= 1


@helper(inline=True)
def seize(plan: Plan, state: State, unit: int, step: int) -> bool:
    """Take so many of a resource, or wait for them; tell whether the unit goes on."""
    resource, amount = plan.steps[step, WHERE], plan.steps[step, AMOUNT]
    slot = state.counts[SLOT]
    state.record[slot, plan.places[R_ASKED] + resource] += 1.0
    if state.resources[resource, WAITING] == 0 and state.resources[resource, FREE] >= amount:
        take(plan, state, resource, amount)
        note(state, _SEIZES, unit, resource)
        return True
    note(state, _ASKS, unit, resource)
    state.unit_hours[unit, SINCE] = state.moments[NOW]
    state.unit_hours[unit, CLOSED_THEN] = closed_hours(plan, state, resource)
    _join(state, resource, unit, amount)
    if state.resources[resource, FREE] > 0:
        give_back(plan, state, resource, 0)
    if state.units[unit, ASKED] > 0:
        state.record[slot, plan.places[R_BLOCKED] + resource] += 1.0
    return False


@helper(inline=True)
def _grant(plan: Plan, state: State, resource: int, unit: int) -> None:
    """Give a unit what it waited for."""
    take(plan, state, resource, state.units[unit, ASKED])
    state.units[unit, ASKED] = 0
    closed = closed_hours(plan, state, resource) - state.unit_hours[unit, CLOSED_THEN]
    category = plan.steps[state.units[unit, STEP] - 1, CATEGORY]
    book_wait(state, unit, category, state.moments[NOW] - state.unit_hours[unit, SINCE], closed)
    note(state, _SEIZES, unit, resource)
    wake(state, unit)


@helper(inline=True)
def hand_out(plan: Plan, state: State, resource: int) -> None:
    """Give what is free to those who wait: by priority, then in the order of asking; nobody overtakes a seize."""
    line, before = 0, -1
    unit = state.queues[resource, 0]
    while state.resources[resource, FREE] > 0 and line < plan.sizes[LEVELS_OF_PRIORITY]:
        if unit < 0:
            line += 1
            before = -1
            unit = state.queues[resource, line] if line < PRIORITIES else -1
            continue
        following = state.units[unit, NEXT]
        if state.units[unit, ASKED] > 0:
            if state.resources[resource, FREE] < state.units[unit, ASKED]:
                return
            _remove(state, resource, line, before, unit)
            _grant(plan, state, resource, unit)
        else:
            at_once = plan.steps[state.units[unit, STEP] - 1, AT_ONCE]
            while (
                state.resources[resource, FREE] > 0
                and state.units[unit, TODO] > 0
                and state.units[unit, UNDER_WAY] < at_once
            ):
                _begin_item(plan, state, resource, unit)
            if state.units[unit, TODO] > 0:
                before = unit
            else:
                _remove(state, resource, line, before, unit)
        unit = following


@helper
def give_back(plan: Plan, state: State, resource: int, amount: int) -> None:
    """Give so many of a resource back, and hand them out."""
    take(plan, state, resource, -amount)
    if state.resources[resource, WAITING] > 0:
        hand_out(plan, state, resource)


@helper(inline=True)
def release(plan: Plan, state: State, unit: int, step: int) -> None:
    """Let a unit give back what it holds of a resource."""
    resource = plan.steps[step, WHERE]
    note(state, _RELEASES, unit, resource)
    take(plan, state, resource, -plan.steps[step, AMOUNT])
    if state.resources[resource, WAITING] > 0:
        hand_out(plan, state, resource)


@helper
def _repairs(plan: Plan, state: State, resource: int, step: int, work: float) -> float:
    """Draw the hours of repair that a piece of work needs."""
    stream = plan.steps[step, STREAM]
    repairs = 0.0
    for _ in range(poisson(state.streams, stream, work / state.resource_hours[resource, BETWEEN])):
        repairs += draw(plan.laws, plan.table, state.resources[resource, REPAIR], state.streams, stream)
    return repairs


@helper(inline=True)
def _begin(plan: Plan, state: State, resource: int, step: int) -> tuple[float, float]:
    """Draw a piece of work and begin it now: when it is done, and how long it stands still meanwhile."""
    work = draw(plan.laws, plan.table, plan.steps[step, LAW], state.streams, plan.steps[step, STREAM])
    state.record[state.counts[SLOT], plan.places[R_WORKING] + resource] += work
    if state.resources[resource, REPAIR] >= 0:
        work += _repairs(plan, state, resource, step, work)
    return finish_of_work(plan, state, resource, work)


@helper(inline=True)
def begin_work(plan: Plan, state: State, unit: int, step: int) -> None:
    """Begin the work on a unit that has seized a resource."""
    resource = plan.steps[step, WHERE]
    note(state, _BEGINS_WORK, unit, resource)
    finish, closed = _begin(plan, state, resource, step)
    book_wait(state, unit, SERVICE, finish - state.moments[NOW], closed)
    set_unit_event(state, unit, finish)


@helper
def _pieces(plan: Plan, state: State, unit: int, step: int) -> int:
    """Draw how many pieces of work the contents of a unit need."""
    share = plan.step_sizes[step, SHARE]
    needing = state.units[unit, CONTENTS]
    if share < 1.0:
        contents = needing
        needing = 0
        for _ in range(contents):
            if uniform(state.streams, plan.steps[step, STREAM]) < share:
                needing += 1
    return int(needing * plan.steps[step, COPIES])


@helper
def begin_items(plan: Plan, state: State, unit: int, step: int) -> bool:
    """Ask for work on a unit's contents; tell whether the unit goes on at once."""
    pieces = _pieces(plan, state, unit, step)
    if pieces == 0:
        return True
    resource = plan.steps[step, WHERE]
    state.units[unit, TODO] = pieces
    state.units[unit, UNDER_WAY] = 0
    state.unit_hours[unit, SINCE] = state.moments[NOW]
    state.unit_hours[unit, CLOSED_THEN] = closed_hours(plan, state, resource)
    note(state, _ASKS, unit, resource)
    _join(state, resource, unit, -1)
    give_back(plan, state, resource, 0)
    slot = state.counts[SLOT]
    state.record[slot, plan.places[R_ASKED] + resource] += 1.0
    if state.units[unit, ASKED] < 0:
        state.record[slot, plan.places[R_BLOCKED] + resource] += 1.0
    return False


@helper(inline=True)
def _begin_item(plan: Plan, state: State, resource: int, unit: int) -> None:
    """Let a server begin a piece of work on a unit's contents."""
    step = state.units[unit, STEP] - 1
    now = state.moments[NOW]
    take(plan, state, resource, 1)
    state.units[unit, TODO] -= 1
    state.units[unit, UNDER_WAY] += 1
    slot = state.counts[SLOT]
    stage = state.units[unit, AT]
    begun = now
    if state.resources[resource, CLOCK] >= 0 or state.resources[resource, OPEN_LAW] >= 0:
        begun = open_from(plan, state, resource, now)
    if stage >= 0:
        place = stage * plan.sizes[FLOWS] + state.units[unit, FLOW]
        state.record[slot, plan.places[R_ITEMS] + place] += 1.0
        state.record[slot, plan.places[R_ITEM_WAITS] + place] += begun - state.unit_hours[unit, SINCE]
    if state.units[unit, ASKED] < 0:
        closed = closed_hours(plan, state, resource)
        book_wait(state, unit, QUEUE, now - state.unit_hours[unit, SINCE], closed - state.unit_hours[unit, CLOSED_THEN])
        state.units[unit, ASKED] = 0
        state.unit_hours[unit, BEGUN] = now
        state.unit_hours[unit, CLOSED_THEN] = closed
    note(state, _BEGINS_ITEM, unit, resource)
    finish, _ = _begin(plan, state, resource, step)
    set_event(state.heap_times, state.heap_codes, state.counts, finish, ITEM_DONE, unit)


@helper(inline=True)
def end_item(plan: Plan, state: State, unit: int) -> None:
    """End a piece of work: the server goes on to the next, and the unit goes on if it was the last."""
    resource = plan.steps[state.units[unit, STEP] - 1, WHERE]
    state.units[unit, UNDER_WAY] -= 1
    state.moments[PROGRESS] = state.moments[NOW]
    note(state, _ENDS_ITEM, unit, resource)
    give_back(plan, state, resource, 1)
    if state.units[unit, TODO] == 0 and state.units[unit, UNDER_WAY] == 0:
        closed = closed_hours(plan, state, resource) - state.unit_hours[unit, CLOSED_THEN]
        book_wait(state, unit, SERVICE, state.moments[NOW] - state.unit_hours[unit, BEGUN], closed)
        wake(state, unit)
