"""The walk of a unit through its steps, until it must wait."""

from hubcalc.compiled import helper
from hubcalc.simulation._account import (
    book,
    change_number,
    change_stored,
    leave_for_another,
    leave_hub,
    leave_stage,
    note,
)
from hubcalc.simulation._clock import next_open, segment_at
from hubcalc.simulation._gathering import board, form, match
from hubcalc.simulation._heap import set_event
from hubcalc.simulation._layout import (
    AMOUNT,
    AT,
    AWAIT_OPEN,
    BOARD,
    BRANCH,
    CATEGORY,
    CONTENTS,
    DAY,
    DELAY,
    ENTER,
    EXIT,
    FIRST_SHARE,
    FORM,
    FORMED_HERE,
    GIVE_BACK,
    JUMP,
    LAW,
    LEAVE,
    MATCH,
    NOW,
    OP,
    PER_DAY,
    QUOTA_WAIT,
    RELEASE,
    RELEASE_LATER,
    ROLE,
    SEIZE,
    SEPARATELY,
    SHARE,
    SIZE,
    STEP,
    STORE,
    STREAM,
    TAKE_OUT,
    TARGET,
    TARGETS,
    USED,
    WHERE,
    WORK,
    WORK_ITEMS,
)
from hubcalc.simulation._queues import begin_items, begin_work, release, seize, set_unit_event
from hubcalc.simulation._random import draw, uniform
from hubcalc.simulation._state import Plan, State
from hubcalc.simulation.trace import TraceEvent

_ENTERS = int(TraceEvent.ENTER)
_ENDS_WORK = int(TraceEvent.END_WORK)


@helper(inline=True)
def walk(plan: Plan, state: State, unit: int) -> None:
    """Let a unit take its steps until one makes it wait."""
    goes_on = True
    while goes_on:
        step = state.units[unit, STEP]
        state.units[unit, STEP] = step + 1
        what = plan.steps[step, OP]
        if what == SEIZE:
            goes_on = seize(plan, state, unit, step)
        elif what == WORK:
            begin_work(plan, state, unit, step)
            goes_on = False
        elif what == RELEASE:
            release(plan, state, unit, step)
        elif what == ENTER:
            _enter(plan, state, unit, plan.steps[step, WHERE])
        elif what == LEAVE:
            leave_stage(plan, state, unit)
        elif what == JUMP:
            state.units[unit, STEP] = plan.steps[step, TARGET]
        elif what == BRANCH:
            _branch(plan, state, unit, step)
        elif what == EXIT:
            leave_hub(plan, state, unit)
            goes_on = False
        else:
            goes_on = _take_rare_step(plan, state, unit, step, what)


@helper
def _take_rare_step(plan: Plan, state: State, unit: int, step: int, what: int) -> bool:
    """Take a step of one of the other kinds; tell whether the unit goes on."""
    if what == WORK_ITEMS:
        return begin_items(plan, state, unit, step)
    if what == STORE:
        _store(plan, state, unit, step)
        return True
    if what == RELEASE_LATER:
        _release_later(plan, state, step)
        return True
    if what == MATCH:
        return match(plan, state, unit, step)
    if what == FORM:
        form(plan, state, unit, step)
    elif what == BOARD:
        board(plan, state, unit, step)
    else:
        _pass_time(plan, state, unit, step, what)
    return False


@helper(inline=True)
def _enter(plan: Plan, state: State, unit: int, stage: int) -> None:
    """Come to the door of a stage; the visit of another ends."""
    if state.units[unit, AT] >= 0 or state.units[unit, ROLE] == FORMED_HERE:
        leave_for_another(plan, state, unit)
    state.units[unit, AT] = stage
    change_number(plan, state, stage, 1.0)
    note(state, _ENTERS, unit, -1)


@helper(inline=True)
def _branch(plan: Plan, state: State, unit: int, step: int) -> None:
    """Draw where a unit goes on: in the table stand the sums of the shares, then the targets."""
    first, count = plan.steps[step, FIRST_SHARE], plan.steps[step, TARGETS]
    chosen = segment_at(plan.table, first, count, uniform(state.streams, plan.steps[step, STREAM]))
    state.units[unit, STEP] = int(plan.table[first + count + chosen])


@helper
def _pass_time(plan: Plan, state: State, unit: int, step: int, what: int) -> None:
    """Let time pass: a delay, until a clock runs, or until there is a permit."""
    now = state.moments[NOW]
    category = plan.steps[step, CATEGORY]
    if what == DELAY:
        hours = draw(plan.laws, plan.table, plan.steps[step, LAW], state.streams, plan.steps[step, STREAM])
        time = now + hours
    elif what == AWAIT_OPEN:
        time = next_open(plan.clocks, plan.table, plan.steps[step, WHERE], now)
    else:
        time = _permit(plan, state, step)
        category = QUOTA_WAIT
    book(state, unit, category, time - now)
    set_unit_event(state, unit, time)


@helper
def _permit(plan: Plan, state: State, step: int) -> float:
    """Reserve a permit on the first day that has one left; give when it is valid."""
    quota = plan.steps[step, WHERE]
    now = state.moments[NOW]
    today = int(now // 24.0)
    if state.groups[quota, DAY] < today:
        state.groups[quota, DAY] = today
        state.groups[quota, USED] = 0
    if state.groups[quota, USED] == plan.steps[step, PER_DAY]:
        state.groups[quota, DAY] += 1
        state.groups[quota, USED] = 0
    state.groups[quota, USED] += 1
    return float(max(now, 24.0 * state.groups[quota, DAY]))


@helper
def _store(plan: Plan, state: State, unit: int, step: int) -> None:
    """Put a unit's contents into a storage."""
    share, size = plan.step_sizes[step, SHARE], plan.step_sizes[step, SIZE]
    stream = plan.steps[step, STREAM]
    stored = 0
    for _ in range(state.units[unit, CONTENTS]):
        if share < 1.0 and uniform(state.streams, stream) >= share:
            continue
        time = state.moments[NOW] + draw(plan.laws, plan.table, plan.steps[step, LAW], state.streams, stream)
        set_event(state.heap_times, state.heap_codes, state.counts, time, TAKE_OUT, step)
        stored += 1
    change_stored(plan, state, plan.steps[step, WHERE], stored * size)


@helper
def _release_later(plan: Plan, state: State, step: int) -> None:
    """Have a resource given back after a time."""
    times = plan.steps[step, AMOUNT] if plan.steps[step, SEPARATELY] else 1
    for _ in range(times):
        hours = draw(plan.laws, plan.table, plan.steps[step, LAW], state.streams, plan.steps[step, STREAM])
        set_event(state.heap_times, state.heap_codes, state.counts, state.moments[NOW] + hours, GIVE_BACK, step)


@helper(inline=True)
def note_end_of_work(plan: Plan, state: State, unit: int) -> None:
    """Note in the trace that work on a unit is done, if that is what it waited for."""
    step = state.units[unit, STEP] - 1
    if plan.steps[step, OP] == WORK:
        note(state, _ENDS_WORK, unit, plan.steps[step, WHERE])
