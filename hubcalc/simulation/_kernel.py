"""The loop over the events of a run."""

import math
from typing import Any

from hubcalc.compiled import helper, kernel
from hubcalc.simulation._account import change_stored, note, settle_levels, take
from hubcalc.simulation._clock import advance, segment_at
from hubcalc.simulation._gathering import depart_if_possible, new_unit
from hubcalc.simulation._heap import CONCERNS_MASK, KIND_MASK, KIND_SHIFT, set_event, take_event
from hubcalc.simulation._layout import (
    AMOUNT,
    ARRIVAL,
    ARRIVALS_AHEAD,
    CONTENTS,
    DONE,
    EVENTS,
    FIRST_SIZE,
    FLOW_CLOCK,
    FLOW_PRIORITY,
    FLOW_STREAM,
    FREE_UNITS,
    GAPS,
    GIVE_BACK,
    GO_ON,
    GROW_HEAP,
    GROW_UNITS,
    HEAP_SIZE,
    INITIAL,
    INSIDE,
    ITEM_DONE,
    NEXT,
    NOW,
    OUT_OF_EVENTS,
    PENDING,
    PRIORITY,
    PROGRESS,
    R_ARRIVED,
    READY,
    SEPARATELY,
    SIZE,
    SIZES,
    SLOT,
    SLOT_END,
    START,
    STEP,
    TAKE_OUT,
    VESSEL_BACK,
    WHERE,
)
from hubcalc.simulation._queues import end_item, give_back, make_ready, wake
from hubcalc.simulation._random import draw, uniform
from hubcalc.simulation._state import FLOWS, MARGIN, Plan, State
from hubcalc.simulation._steps import note_end_of_work, walk
from hubcalc.simulation.trace import TraceEvent

_ARRIVES = int(TraceEvent.ARRIVE)


def _example() -> tuple[Any, ...]:
    """Give arguments of the kernel's types."""
    from hubcalc.simulation._beginning import first_state
    from hubcalc.simulation.encoding import encode
    from hubcalc.simulation.program import Program

    encoded = encode(Program((), (), ()))
    return encoded.plan, first_state(encoded, 1, 0, 0, None), 1.0, 1


@kernel(_example, allocates=False)
def run_events(plan: Plan, state: State, slot_hours: float, most_events: int) -> int:
    """Run the events of a state until its slots are over; tell why it stopped. It can be called again to go on."""
    counts, moments = state.counts, state.moments
    slots, margin = state.record.shape[0], plan.sizes[MARGIN]
    while True:
        if counts[FREE_UNITS] <= margin:
            return GROW_UNITS
        if counts[HEAP_SIZE] + margin >= state.heap_times.size:
            return GROW_HEAP
        if counts[READY] >= 0:
            unit = counts[READY]
            counts[READY] = state.units[unit, NEXT]
            walk(plan, state, unit)
            continue
        if counts[EVENTS] >= most_events:
            return OUT_OF_EVENTS
        while counts[HEAP_SIZE] == 0 or state.heap_times[0] >= moments[SLOT_END]:
            moments[NOW] = moments[SLOT_END]
            settle_levels(plan, state)
            counts[SLOT] += 1
            if counts[SLOT] == slots:
                return DONE
            moments[SLOT_END] = (counts[SLOT] + 1) * slot_hours
        counts[EVENTS] += 1
        moments[NOW] = state.heap_times[0]
        code = take_event(state.heap_times, state.heap_codes, counts)
        kind = (code >> KIND_SHIFT) & KIND_MASK
        concerns = code & CONCERNS_MASK
        if kind == GO_ON:
            note_end_of_work(plan, state, concerns)
            wake(state, concerns)
        elif kind == ARRIVAL:
            counts[ARRIVALS_AHEAD] -= 1
            _set_arrival(plan, state, concerns)
            _arrive(plan, state, concerns)
        elif kind == ITEM_DONE:
            end_item(plan, state, concerns)
        else:
            moments[PROGRESS] = moments[NOW]
            _take_rare_event(plan, state, kind, concerns)


@kernel(lambda: _example()[:2], allocates=False)
def begin(plan: Plan, state: State) -> None:
    """Set the first arrivals, and put the first units in."""
    for flow in range(plan.sizes[FLOWS]):
        _set_arrival(plan, state, flow)
        for _ in range(plan.flows[flow, INITIAL]):
            _arrive(plan, state, flow)


@helper(inline=True)
def _set_arrival(plan: Plan, state: State, flow: int) -> None:
    """Set the next arrival of a flow, if there is one."""
    stream = plan.flows[flow, FLOW_STREAM]
    gap = draw(plan.laws, plan.table, plan.flows[flow, GAPS], state.streams, stream)
    if gap < math.inf:
        time = advance(plan.clocks, plan.table, plan.flows[flow, FLOW_CLOCK], state.moments[NOW], gap)
        set_event(state.heap_times, state.heap_codes, state.counts, time, ARRIVAL, flow)
        state.counts[ARRIVALS_AHEAD] += 1


@helper(inline=True)
def _arrive(plan: Plan, state: State, flow: int) -> None:
    """Let a unit of a flow arrive now."""
    unit = new_unit(state, flow)
    state.units[unit, PRIORITY] = plan.flows[flow, FLOW_PRIORITY]
    state.units[unit, STEP] = plan.flows[flow, START]
    first, count = plan.flows[flow, FIRST_SIZE], plan.flows[flow, SIZES]
    contents = 1
    if count > 1:
        contents += segment_at(plan.table, first, count, uniform(state.streams, plan.flows[flow, FLOW_STREAM] + 1))
    state.units[unit, CONTENTS] = contents
    state.counts[INSIDE] += 1
    state.record[state.counts[SLOT], plan.places[R_ARRIVED] + flow] += 1.0
    note(state, _ARRIVES, unit, -1)
    make_ready(state, unit)


@helper
def _take_rare_event(plan: Plan, state: State, kind: int, concerns: int) -> None:
    """Let happen what is neither an arrival nor the end of work or of a unit's own time."""
    if kind == TAKE_OUT:
        change_stored(plan, state, plan.steps[concerns, WHERE], -plan.step_sizes[concerns, SIZE])
    elif kind == GIVE_BACK:
        amount = 1 if plan.steps[concerns, SEPARATELY] else plan.steps[concerns, AMOUNT]
        give_back(plan, state, plan.steps[concerns, WHERE], amount)
    elif kind == VESSEL_BACK:
        take(plan, state, concerns, -1)
        depart_if_possible(plan, state, concerns)
    else:  # a sailing
        state.resources[concerns, PENDING] = 0
        depart_if_possible(plan, state, concerns)
