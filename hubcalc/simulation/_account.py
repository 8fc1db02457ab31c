"""What a run records: levels over time, the times of units at stages, and their dwells."""

import math

from hubcalc.compiled import helper
from hubcalc.simulation import recording
from hubcalc.simulation._layout import (
    ARRIVED,
    AT,
    CAPACITY,
    CARRIED,
    CARRIER,
    CATEGORY_COUNT,
    CHANGED,
    CLOSURE,
    FIRST_FREE,
    FLOW,
    FORMED_HERE,
    FREE,
    FREE_UNITS,
    INSIDE,
    LEVEL,
    LEVEL_MOST,
    NEXT,
    NOW,
    NUMBER,
    QUEUE,
    R_BUSY,
    R_DWELL_COUNTS,
    R_DWELL_SQUARES,
    R_LEFT,
    R_NUMBER,
    R_OCCUPANCY,
    R_STAGE_TIMES,
    R_STAGE_WAIT_SQUARES,
    R_STORED,
    R_TIMES,
    R_TURNED_AWAY,
    R_VISITS,
    ROLE,
    SINCE_THEN,
    SLOT,
    STAGE_TIMES,
    TIMES,
    TRACED,
    UNIT,
)
from hubcalc.simulation._state import FLOWS, RESOURCES, STAGES, STORAGES, Plan, State
from hubcalc.simulation.trace import TraceEvent

_BINS = recording.DWELL_BINS
_LEAST = recording.DWELL_LEAST_HOURS
_LOG_RATIO = math.log(recording.DWELL_RATIO)
_OCCUPANCY_BINS = recording.OCCUPANCY_BINS
_LEAVES = int(TraceEvent.LEAVE)
_EXITS = int(TraceEvent.EXIT)
_TURNED_AWAY = int(TraceEvent.TURNED_AWAY)


@helper(inline=True)
def note(state: State, event: int, unit: int, resource: int) -> None:
    """Add a row to the trace, if there is room."""
    row = state.counts[TRACED]
    if row < state.trace_hours.size:
        state.counts[TRACED] = row + 1
        state.trace_hours[row] = state.moments[NOW]
        state.trace_rows[row, 0] = event
        state.trace_rows[row, 1] = state.units[unit, FLOW]
        state.trace_rows[row, 2] = state.units[unit, NUMBER]
        state.trace_rows[row, 3] = state.units[unit, AT]
        state.trace_rows[row, 4] = resource


@helper(inline=True)
def change_number(plan: Plan, state: State, stage: int, change: float) -> None:
    """Change how many units are at a stage."""
    now = state.moments[NOW]
    level = state.levels[stage, LEVEL]
    place = plan.places[R_NUMBER] + stage
    state.record[state.counts[SLOT], place] += level * (now - state.levels[stage, SINCE_THEN])
    state.levels[stage, LEVEL] = level + change
    state.levels[stage, SINCE_THEN] = now


@helper
def change_stored(plan: Plan, state: State, storage: int, change: float) -> None:
    """Change how full a storage is."""
    now = state.moments[NOW]
    row = plan.sizes[STAGES] + storage
    level = state.levels[row, LEVEL]
    hours = now - state.levels[row, SINCE_THEN]
    slot = state.counts[SLOT]
    share = max(level, 0.0) / state.levels[row, LEVEL_MOST]
    bin_of_level = int(min(share * _OCCUPANCY_BINS, _OCCUPANCY_BINS - 1.0))
    state.record[slot, plan.places[R_OCCUPANCY] + storage * _OCCUPANCY_BINS + bin_of_level] += hours
    state.record[slot, plan.places[R_STORED] + storage] += level * hours
    state.levels[row, LEVEL] = level + change
    state.levels[row, SINCE_THEN] = now


@helper(inline=True)
def take(plan: Plan, state: State, resource: int, amount: int) -> None:
    """Take so many of a resource, or give them back if negative."""
    now = state.moments[NOW]
    free = state.resources[resource, FREE]
    busy = state.resources[resource, CAPACITY] - free
    place = plan.places[R_BUSY] + resource
    state.record[state.counts[SLOT], place] += busy * (now - state.resource_hours[resource, CHANGED])
    state.resources[resource, FREE] = free - amount
    state.resource_hours[resource, CHANGED] = now


@helper
def settle_levels(plan: Plan, state: State) -> None:
    """Record all levels up to now."""
    for stage in range(plan.sizes[STAGES]):
        change_number(plan, state, stage, 0.0)
    for storage in range(plan.sizes[STORAGES]):
        change_stored(plan, state, storage, 0.0)
    for resource in range(plan.sizes[RESOURCES]):
        take(plan, state, resource, 0)


@helper(inline=True)
def book(state: State, unit: int, category: int, hours: float) -> None:
    """Book hours of a unit at its stage, or in the hub if it is at none."""
    first = STAGE_TIMES if state.units[unit, AT] >= 0 else TIMES
    state.unit_hours[unit, first + category] += hours


@helper(inline=True)
def book_wait(state: State, unit: int, category: int, hours: float, closed: float) -> None:
    """Book a wait, of which so much was closure."""
    closed = min(max(closed, 0.0), hours)
    first = STAGE_TIMES if state.units[unit, AT] >= 0 else TIMES
    state.unit_hours[unit, first + category] += hours - closed
    state.unit_hours[unit, first + CLOSURE] += closed


@helper(inline=True)
def _record_visit(plan: Plan, state: State, unit: int, carrier: int) -> None:
    """Record the visit of a unit to its stage; what its carrier has been booked there counts as its own."""
    stage = state.units[unit, AT]
    change_number(plan, state, stage, -1.0)
    slot = state.counts[SLOT]
    place = stage * plan.sizes[FLOWS] + state.units[unit, FLOW]
    state.record[slot, plan.places[R_VISITS] + place] += 1.0
    wait = 0.0
    for category in range(CATEGORY_COUNT):
        hours = state.unit_hours[unit, STAGE_TIMES + category]
        if carrier >= 0:
            hours += state.unit_hours[carrier, STAGE_TIMES + category]
        if category == QUEUE:
            wait = hours
        state.record[slot, plan.places[R_STAGE_TIMES] + place * CATEGORY_COUNT + category] += hours
    state.record[slot, plan.places[R_STAGE_WAIT_SQUARES] + place] += wait * wait


@helper(inline=True)
def add_stage_times(state: State, unit: int) -> None:
    """Add the times at the present stage to those of the whole dwell."""
    for category in range(CATEGORY_COUNT):
        state.unit_hours[unit, TIMES + category] += state.unit_hours[unit, STAGE_TIMES + category]


@helper
def _leave_with_carried(plan: Plan, state: State, carrier: int) -> None:
    """Record the visits of the units that a carrier has been formed of at this stage."""
    unit = state.units[carrier, CARRIED]
    while unit >= 0:
        if state.units[unit, AT] >= 0:
            _record_visit(plan, state, unit, carrier)
            state.units[unit, AT] = -1
        unit = state.units[unit, NEXT]


@helper(inline=True)
def leave_stage(plan: Plan, state: State, unit: int) -> None:
    """End the visit of the present stage, if there is one."""
    if state.units[unit, AT] >= 0:
        note(state, _LEAVES, unit, -1)
    if state.units[unit, ROLE] == FORMED_HERE:
        _leave_with_carried(plan, state, unit)
        state.units[unit, ROLE] = CARRIER
    elif state.units[unit, AT] >= 0:
        _record_visit(plan, state, unit, -1)
    add_stage_times(state, unit)
    for category in range(CATEGORY_COUNT):
        state.unit_hours[unit, STAGE_TIMES + category] = 0.0
    state.units[unit, AT] = -1


@helper
def leave_for_another(plan: Plan, state: State, unit: int) -> None:
    """End the visit of a stage where no step says so."""
    leave_stage(plan, state, unit)


@helper(inline=True)
def free_unit(state: State, unit: int) -> None:
    """Put a unit back among the free ones."""
    state.units[unit, NEXT] = state.counts[FIRST_FREE]
    state.counts[FIRST_FREE] = unit
    state.counts[FREE_UNITS] += 1


@helper(inline=True)
def _record_dwell(plan: Plan, state: State, unit: int) -> None:
    """Record that a unit has left the hub, and its dwell."""
    slot, flow = state.counts[SLOT], state.units[unit, FLOW]
    state.counts[INSIDE] -= 1
    state.record[slot, plan.places[R_LEFT] + flow] += 1.0
    for category in range(CATEGORY_COUNT):
        place = plan.places[R_TIMES] + flow * CATEGORY_COUNT + category
        state.record[slot, place] += state.unit_hours[unit, TIMES + category]
    dwell = state.moments[NOW] - state.unit_hours[unit, ARRIVED]
    state.record[slot, plan.places[R_DWELL_SQUARES] + flow] += dwell * dwell
    bin_of_dwell = 0
    if dwell >= _LEAST:
        bin_of_dwell = min(1 + int(math.log(dwell / _LEAST) / _LOG_RATIO), _BINS - 1)
    state.record[slot, plan.places[R_DWELL_COUNTS] + flow * _BINS + bin_of_dwell] += 1.0


@helper
def _end_with_carried(plan: Plan, state: State, carrier: int, turned_away: bool) -> None:
    """Let the units go that a carrier carries, and those that these carry: what it was booked counts as theirs."""
    waiting = carrier
    state.units[carrier, NEXT] = -1
    while waiting >= 0:
        above = waiting
        waiting = state.units[above, NEXT]
        unit = state.units[above, CARRIED]
        while unit >= 0:
            following = state.units[unit, NEXT]
            for category in range(CATEGORY_COUNT):
                state.unit_hours[unit, TIMES + category] += state.unit_hours[above, TIMES + category]
            if state.units[unit, ROLE] == UNIT:
                _end_alone(plan, state, unit, turned_away)
            else:
                state.units[unit, NEXT] = waiting
                waiting = unit
            unit = following
        free_unit(state, above)


@helper(inline=True)
def _end_alone(plan: Plan, state: State, unit: int, turned_away: bool) -> None:
    """Let a unit that came by itself leave the hub, or be turned away."""
    if turned_away:
        note(state, _TURNED_AWAY, unit, -1)
        state.counts[INSIDE] -= 1
        state.record[state.counts[SLOT], plan.places[R_TURNED_AWAY] + state.units[unit, FLOW]] += 1.0
    else:
        note(state, _EXITS, unit, -1)
        _record_dwell(plan, state, unit)
    free_unit(state, unit)


@helper(inline=True)
def leave_hub(plan: Plan, state: State, unit: int) -> None:
    """Let a unit leave the hub."""
    if state.units[unit, AT] >= 0 or state.units[unit, ROLE] == FORMED_HERE:
        leave_for_another(plan, state, unit)
    if state.units[unit, ROLE] == UNIT:
        _end_alone(plan, state, unit, False)
    else:
        _end_with_carried(plan, state, unit, False)


@helper
def turn_away(plan: Plan, state: State, unit: int) -> None:
    """Take a unit that found no room out of the hub: its visit is not recorded."""
    if state.units[unit, ROLE] == FORMED_HERE:
        inner = state.units[unit, CARRIED]
        while inner >= 0:
            if state.units[inner, AT] >= 0:
                change_number(plan, state, state.units[inner, AT], -1.0)
            inner = state.units[inner, NEXT]
    elif state.units[unit, AT] >= 0:
        change_number(plan, state, state.units[unit, AT], -1.0)
    if state.units[unit, ROLE] == UNIT:
        _end_alone(plan, state, unit, True)
    else:
        _end_with_carried(plan, state, unit, True)
