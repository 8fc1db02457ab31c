"""A stand-in for the simulator: a recording of M/M/1 by Lindley's recursion, all customers at once."""

import numpy as np

from hubcalc.simulation.laws import Law
from hubcalc.simulation.program import Enter, Exit, Flow, Leave, Program, Release, Resource, Seize, Work
from hubcalc.simulation.recording import (
    CATEGORIES,
    DWELL_BINS,
    DWELL_LEAST_HOURS,
    DWELL_RATIO,
    OCCUPANCY_BINS,
    Ending,
    Outcome,
    Recording,
)

EVENTS_OF_A_UNIT = 2


def program(utilization, servers=1):
    """Make M/M/c with one unit of work an hour and server."""
    steps = (Enter(0), Seize(0), Work(0, Law.exponential(1.0)), Release(0), Leave(), Exit())
    gaps = Law.exponential(1.0 / (utilization * servers))
    return Program(("station",), (Flow("units", gaps, 0),), steps, (Resource("servers", servers),))


def simulate_once(model, *, slots, slot_hours, seed, replication, most_events, trace=None, stationary=False):
    """Do what the engine does, for M/M/1 only."""
    rng = np.random.default_rng((seed, replication))
    rate = 1.0 / model.flows[0].gaps.parameters[0]
    hours = slots * slot_hours
    count = int(hours * rate + 8.0 * np.sqrt(hours * rate) + 10.0)
    arrivals = np.cumsum(rng.exponential(1.0 / rate, count))
    works = rng.exponential(1.0, count)
    start = rng.exponential(1.0 / (1.0 - rate)) * (rng.random() < rate) if stationary else 0.0
    free = start + np.cumsum(works) - works - arrivals  # less the idle time before, this is the wait
    waits = free - np.minimum(np.minimum.accumulate(free), 0.0)
    leaves = arrivals + waits + works
    done = slots
    ending = Ending.COMPLETE
    if EVENTS_OF_A_UNIT * (arrivals < hours).sum() > most_events:
        hours = float(arrivals[most_events // EVENTS_OF_A_UNIT])
        done, ending = int(hours // slot_hours), Ending.OUT_OF_EVENTS
    inside = arrivals < hours
    recording = _recording(arrivals[inside], waits[inside], works[inside], leaves[inside], slots, slot_hours)
    events = EVENTS_OF_A_UNIT * int(inside.sum())
    return Outcome(recording, ending, done, hours, events, int((leaves[inside] >= hours).sum()))


def _recording(arrivals, waits, works, leaves, slots, slot_hours):
    edges = np.arange(slots + 1) * slot_hours
    came, gone = (np.minimum((times / slot_hours).astype(int), slots) for times in (arrivals, leaves))

    def total(places, weights=None):
        return np.bincount(places, weights, slots + 1)[:slots].astype(float)

    number = np.diff(_passed(arrivals, edges) - _passed(leaves, edges))
    begun = arrivals + waits
    busy = np.diff(_passed(begun, edges) - _passed(leaves, edges))
    times = np.zeros((slots, 1, CATEGORIES))
    times[:, 0, 0], times[:, 0, 1] = total(gone, waits), total(gone, works)
    dwells = waits + works
    bins = np.clip(
        np.floor(np.log(dwells / DWELL_LEAST_HOURS) / np.log(DWELL_RATIO)).astype(int) + 1, 0, DWELL_BINS - 1
    )
    kept = gone < slots
    flat = np.bincount(gone[kept] * DWELL_BINS + bins[kept], minlength=slots * DWELL_BINS).astype(float)
    left = total(gone)[:, None]
    nothing = np.zeros((slots, 1))
    return Recording(
        arrived=total(came)[:, None],
        turned_away=nothing,
        left=left,
        times=times,
        dwell_squares=total(gone, dwells**2)[:, None],
        dwell_counts=flat.reshape(slots, 1, DWELL_BINS),
        visits=left[:, None],
        stage_times=times[:, None],
        stage_wait_squares=total(gone, waits**2)[:, None, None],
        items=nothing[:, None],
        item_waits=nothing[:, None],
        number=number[:, None],
        busy=busy[:, None],
        working=total(np.minimum((begun / slot_hours).astype(int), slots), works)[:, None],
        blocked=total(came, (waits > 0.0).astype(float))[:, None],
        asked=total(came)[:, None],
        occupancy=np.zeros((slots, 0, OCCUPANCY_BINS)),
        stored=np.zeros((slots, 0)),
    )


def _passed(times, edges):
    """Give the sum of the time that has passed since each event, at each edge; the events may be in any order."""
    times = np.sort(times)
    sums = np.concatenate(([0.0], np.cumsum(times)))
    counts = np.searchsorted(times, edges)
    return counts * edges - sums[counts]
