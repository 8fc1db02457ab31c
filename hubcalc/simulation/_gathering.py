"""Units that wait for each other: contents that are regrouped, pairs, and the loads of vessels."""

import math

from hubcalc.compiled import helper
from hubcalc.simulation._account import (
    add_stage_times,
    book,
    book_wait,
    change_number,
    leave_for_another,
    note,
    take,
    turn_away,
)
from hubcalc.simulation._heap import set_event
from hubcalc.simulation._interruptions import closed_hours, open_from
from hubcalc.simulation._layout import (
    ARRIVED,
    AT,
    BACK,
    BOARD_STEP,
    CARRIED,
    CATEGORY_COUNT,
    CLOSED_THEN,
    CONTENTS,
    COUNT,
    EVERY,
    FIRST_FREE,
    FLOW,
    FORMED_HERE,
    FREE,
    FREE_UNITS,
    HEAD,
    LAST_SAILING,
    LAW,
    LEAST,
    MOST,
    NEXT,
    NOW,
    NUMBER,
    PENDING,
    PRIORITIES,
    PRIORITY,
    R_WORKING,
    RESOURCE_STREAM,
    ROLE,
    ROOM,
    SAILING,
    SERIAL,
    SERVICE,
    SIDE,
    SINCE,
    SLOT,
    STAGE_TIMES,
    STEP,
    SYNCHRONIZATION,
    TAIL,
    TIMES,
    TODO,
    UNIT,
    VESSEL_BACK,
    WAITING,
    WHERE,
)
from hubcalc.simulation._queues import set_unit_event, wake
from hubcalc.simulation._random import draw
from hubcalc.simulation._state import LEVELS_OF_PRIORITY, Plan, State
from hubcalc.simulation.trace import TraceEvent

_GATHERS = int(TraceEvent.GATHER)
_FORMS = int(TraceEvent.FORM)
_MATCHES = int(TraceEvent.MATCH)
_BOARDS = int(TraceEvent.BOARD)


@helper(inline=True)
def new_unit(state: State, flow: int) -> int:
    """Take a free unit for one that comes now."""
    unit = state.counts[FIRST_FREE]
    state.counts[FIRST_FREE] = state.units[unit, NEXT]
    state.counts[FREE_UNITS] -= 1
    state.units[unit, FLOW] = flow
    state.units[unit, NUMBER] = state.counts[SERIAL]
    state.counts[SERIAL] += 1
    state.units[unit, AT] = -1
    state.units[unit, ROLE] = UNIT
    state.unit_hours[unit, ARRIVED] = state.moments[NOW]
    for category in range(CATEGORY_COUNT):
        state.unit_hours[unit, STAGE_TIMES + category] = 0.0
        state.unit_hours[unit, TIMES + category] = 0.0
    return int(unit)


@helper
def _append(state: State, group: int, unit: int) -> None:
    """Put a unit at the end of the line of a group."""
    state.units[unit, NEXT] = -1
    if state.groups[group, HEAD] < 0:
        state.groups[group, HEAD] = unit
    else:
        state.units[state.groups[group, TAIL], NEXT] = unit
    state.groups[group, TAIL] = unit
    state.unit_hours[unit, SINCE] = state.moments[NOW]
    note(state, _GATHERS, unit, -1)


@helper
def _take_first(state: State, group: int) -> int:
    """Take the first unit out of the line of a group, and book its wait."""
    unit = state.groups[group, HEAD]
    state.groups[group, HEAD] = state.units[unit, NEXT]
    book(state, unit, SYNCHRONIZATION, state.moments[NOW] - state.unit_hours[unit, SINCE])
    return int(unit)


@helper
def form(plan: Plan, state: State, unit: int, step: int) -> None:
    """Let a unit's contents join those that wait, and form as many carriers as they fill."""
    group, size = plan.steps[step, WHERE], plan.steps[step, MOST]
    if state.units[unit, ROLE] == FORMED_HERE:  # formed twice at one stage: its first visit ends here
        stage = state.units[unit, AT]
        leave_for_another(plan, state, unit)
        state.units[unit, AT] = stage
        if stage >= 0:
            change_number(plan, state, stage, 1.0)
    state.units[unit, TODO] = state.units[unit, CONTENTS]
    _append(state, group, unit)
    state.groups[group, COUNT] += state.units[unit, CONTENTS]
    flow, priority, stage = state.units[unit, FLOW], state.units[unit, PRIORITY], state.units[unit, AT]
    while state.groups[group, COUNT] >= size:
        carrier = new_unit(state, flow)
        state.units[carrier, PRIORITY] = priority
        state.units[carrier, STEP] = step + 1
        state.units[carrier, CONTENTS] = size
        state.units[carrier, AT] = stage
        state.units[carrier, ROLE] = FORMED_HERE
        state.units[carrier, CARRIED] = -1
        _load(state, group, carrier, size)
        note(state, _FORMS, carrier, -1)
        wake(state, carrier)


@helper
def _load(state: State, group: int, carrier: int, size: int) -> None:
    """Fill a carrier with the contents that have waited longest."""
    state.groups[group, COUNT] -= size
    left = size
    while left > 0:
        first = state.groups[group, HEAD]
        moved = min(left, state.units[first, TODO])
        state.units[first, TODO] -= moved
        left -= moved
        if state.units[first, TODO] == 0:
            _take_first(state, group)
            add_stage_times(state, first)
            state.units[first, NEXT] = state.units[carrier, CARRIED]
            state.units[carrier, CARRIED] = first


@helper
def match(plan: Plan, state: State, unit: int, step: int) -> bool:
    """Pair a unit with one of the other side, let it wait, or turn it away; tell whether it goes on."""
    own = plan.steps[step, WHERE] + plan.steps[step, SIDE]
    other = plan.steps[step, WHERE] + 1 - plan.steps[step, SIDE]
    if state.groups[other, COUNT] > 0:
        state.groups[other, COUNT] -= 1
        partner = _take_first(state, other)
        note(state, _MATCHES, partner, -1)
        note(state, _MATCHES, unit, -1)
        wake(state, partner)
        return True
    if state.groups[own, COUNT] >= plan.steps[step, ROOM]:
        turn_away(plan, state, unit)
        return False
    state.groups[own, COUNT] += 1
    _append(state, own, unit)
    return False


@helper
def board(plan: Plan, state: State, unit: int, step: int) -> None:
    """Let a unit wait for a vessel, and vessels depart that can."""
    resource = plan.steps[step, WHERE]
    line = state.units[unit, PRIORITY]
    state.units[unit, NEXT] = -1
    if state.queues[resource, line] < 0:
        state.queues[resource, line] = unit
    else:
        state.units[state.queues[resource, PRIORITIES + line], NEXT] = unit
    state.queues[resource, PRIORITIES + line] = unit
    state.resources[resource, WAITING] += 1
    state.unit_hours[unit, SINCE] = state.moments[NOW]
    state.unit_hours[unit, CLOSED_THEN] = closed_hours(plan, state, resource)
    note(state, _GATHERS, unit, resource)
    depart_if_possible(plan, state, resource)


@helper
def depart_if_possible(plan: Plan, state: State, resource: int) -> None:
    """Let a vessel depart if the load, a vessel, the timetable and the weather are there; look for the next later."""
    step = state.resources[resource, BOARD_STEP]
    now = state.moments[NOW]
    every = plan.step_sizes[step, EVERY]
    least = plan.steps[step, LEAST]
    if state.resources[resource, FREE] == 0 or state.resources[resource, WAITING] < least:
        return
    time = _next_sailing(plan, state, resource, every)
    if time <= now:
        state.resource_hours[resource, LAST_SAILING] = now
        _depart(plan, state, resource, step)
        if state.resources[resource, FREE] == 0 or state.resources[resource, WAITING] < least:
            return
        time = _next_sailing(plan, state, resource, every)  # now, without a timetable
    if state.resources[resource, PENDING] == 0:
        state.resources[resource, PENDING] = 1
        set_event(state.heap_times, state.heap_codes, state.counts, time, SAILING, resource)


@helper
def _next_sailing(plan: Plan, state: State, resource: int, every: float) -> float:
    """Give the first time from now on at which a vessel may depart: in a timetable, one at each of its times."""
    time = open_from(plan, state, resource, state.moments[NOW])
    if every <= 0.0:
        return time
    while True:
        sailing = math.ceil(time / every) * every
        if sailing <= state.resource_hours[resource, LAST_SAILING]:
            sailing += every
        time = open_from(plan, state, resource, sailing)
        if time == sailing:
            return sailing


@helper
def _depart(plan: Plan, state: State, resource: int, step: int) -> None:
    """Let a vessel depart with those who have waited longest, by priority."""
    now = state.moments[NOW]
    stream = state.resources[resource, RESOURCE_STREAM] + 1
    trip = draw(plan.laws, plan.table, plan.steps[step, LAW], state.streams, stream)
    back = draw(plan.laws, plan.table, plan.steps[step, BACK], state.streams, stream)
    closed = closed_hours(plan, state, resource)
    room = plan.steps[step, MOST]
    for line in range(plan.sizes[LEVELS_OF_PRIORITY]):
        unit = state.queues[resource, line]
        while unit >= 0 and room > 0:
            following = state.units[unit, NEXT]
            wait = now - state.unit_hours[unit, SINCE]
            book_wait(state, unit, SYNCHRONIZATION, wait, closed - state.unit_hours[unit, CLOSED_THEN])
            book(state, unit, SERVICE, trip)
            note(state, _BOARDS, unit, resource)
            set_unit_event(state, unit, now + trip)
            state.resources[resource, WAITING] -= 1
            room -= 1
            unit = following
        state.queues[resource, line] = unit
    take(plan, state, resource, 1)
    state.record[state.counts[SLOT], plan.places[R_WORKING] + resource] += trip + back
    set_event(state.heap_times, state.heap_codes, state.counts, now + trip + back, VESSEL_BACK, resource)
