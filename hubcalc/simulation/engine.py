"""One run of a program: one replication."""

import math

from hubcalc.arguments import positive, whole_at_least_one
from hubcalc.errors import ArgumentError, Problem
from hubcalc.simulation import _layout as layout
from hubcalc.simulation._beginning import first_state
from hubcalc.simulation._heap import MOST_SEQUENCE
from hubcalc.simulation._kernel import begin, run_events
from hubcalc.simulation._state import State, with_more_events, with_more_units
from hubcalc.simulation.encoding import Encoded, encode
from hubcalc.simulation.program import Program
from hubcalc.simulation.recording import Ending, Outcome, Recording
from hubcalc.simulation.trace import Trace

MOST_UNITS = 400_000
"""Rows of one run, 80 MB; doubled up to this. A longer backlog is no steady state, and to fill memory takes longer than
to simulate."""
MOST_EVENTS_AHEAD = 4_000_000
"""As a heap of one run: 64 MB. Each piece in a yard has one; to set one costs time, but is no event of the budget."""


def simulate_once(
    program: Program | Encoded,
    *,
    slots: int,
    slot_hours: float,
    seed: int,
    replication: int,
    most_events: int,
    trace: Trace | None = None,
) -> Outcome:
    """Run a program once, from an empty hub; the same arguments give the same numbers, bit for bit.

    Parameters
    ----------
    program
        What is simulated; as `encode` gives it, if it is run often.
    slots
        Slots of the recording.
    slot_hours
        Length of a slot [h].
    seed, replication
        Whole numbers of zero or more. Runs of different replications are independent; a flow, a step or a resource at
        the same position draws the same numbers in all programs (common random numbers).
    most_events
        Arrivals and ends of something that may happen before the run is given up; at most 1.7e10.
    trace
        A table that is filled with the first things that happen to units.

    Returns
    -------
    Outcome
        What was recorded, and how the run ended.

    Raises
    ------
    ArgumentError
        Where an argument is out of its range or the program is not sound.

    Examples
    --------
    >>> from hubcalc.simulation.laws import Law
    >>> from hubcalc.simulation.program import Delay, Exit, Flow, Program
    >>> program = Program((), (Flow("a", Law.constant(1.0), 0),), (Delay(Law.constant(2.0)), Exit()))
    >>> outcome = simulate_once(program, slots=2, slot_hours=4.5, seed=1, replication=0, most_events=1000)
    >>> outcome.recording.arrived[:, 0].tolist(), outcome.recording.left[:, 0].tolist(), outcome.left_inside
    ([4.0, 4.0], [2.0, 4.0], 2)
    """
    whole_at_least_one("slots", slots)
    positive("slot_hours", slot_hours)
    for name, value in (("seed", seed), ("replication", replication)):
        if not isinstance(value, int) or value < 0:
            raise ArgumentError.of(
                Problem(f"{value!r} is out of range", parameter=name, given=value, allowed="whole, >= 0")
            )
    if not 0 <= most_events < MOST_SEQUENCE:
        allowed = f"0 to {MOST_SEQUENCE - 1}"
        message = f"{most_events} is out of range"
        raise ArgumentError.of(Problem(message, parameter="most_events", given=most_events, allowed=allowed))
    encoded = encode(program) if isinstance(program, Program) else program
    state = first_state(encoded, slots, seed, replication, trace)
    state.moments[layout.SLOT_END] = slot_hours
    begin(encoded.plan, state)
    state, reason = _run(encoded, state, slot_hours, most_events)
    if trace is not None:
        trace.filled[0] = state.counts[layout.TRACED]
    return Outcome(
        recording=_recording(encoded, state),
        ending=_ending(state, reason, slot_hours),
        slots_done=int(state.counts[layout.SLOT]),
        hours=float(state.moments[layout.NOW]),
        events=int(state.counts[layout.EVENTS]),
        left_inside=int(state.counts[layout.INSIDE]),
    )


def _run(encoded: Encoded, state: State, slot_hours: float, most_events: int) -> tuple[State, int]:
    """Run the events, with more room for units and events wherever it is needed."""
    while True:
        reason = run_events(encoded.plan, state, slot_hours, most_events)
        if reason == layout.GROW_UNITS and 2 * state.units.shape[0] <= MOST_UNITS:
            state = with_more_units(state)
        elif reason == layout.GROW_HEAP and 2 * state.heap_times.size <= MOST_EVENTS_AHEAD:
            state = with_more_events(state)
        else:
            return state, reason


def _ending(state: State, reason: int, slot_hours: float) -> Ending:
    """Tell how a run ended: stuck, where units wait for resources and for a slot nothing but arrivals happened."""
    counts = state.counts
    nothing_ahead = counts[layout.HEAP_SIZE] == counts[layout.ARRIVALS_AHEAD] and counts[layout.READY] < 0
    quiet_hours = state.moments[layout.NOW] - state.moments[layout.PROGRESS]
    if nothing_ahead and counts[layout.QUEUED] > 0 and quiet_hours >= slot_hours:
        return Ending.STUCK
    if reason == layout.DONE:
        return Ending.COMPLETE
    return Ending.OUT_OF_EVENTS if reason == layout.OUT_OF_EVENTS else Ending.TOO_MANY_UNITS


def _recording(encoded: Encoded, state: State) -> Recording:
    """Give the fields of the recording as views of the rows of the slots."""
    slots = state.record.shape[0]
    places = encoded.plan.places.tolist()
    fields = {}
    for i, (name, shape) in enumerate(encoded.shapes.items()):
        fields[name] = state.record[:, places[i] : places[i] + math.prod(shape)].reshape(slots, *shape)
    return Recording(**fields)
