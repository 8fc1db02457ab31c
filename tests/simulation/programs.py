"""Small programs and what their runs come to, for the tests of the simulator."""

import numpy as np

from hubcalc.simulation.engine import simulate_once
from hubcalc.simulation.laws import Law
from hubcalc.simulation.program import (
    ALWAYS,
    BatchSizes,
    Category,
    Enter,
    Exit,
    Flow,
    Leave,
    Program,
    Release,
    Resource,
    Seize,
    Work,
    WorkItems,
)
from hubcalc.simulation.recording import Ending
from hubcalc.simulation.trace import Trace, TraceEvent

QUEUE, SERVICE, SYNCHRONIZATION, CLOSURE, QUOTA = (int(category) for category in Category)
EVERY_HOUR = Law.constant(1.0)


def station_steps(law, stage=0, resource=0):
    return (Enter(stage), Seize(resource), Work(resource, law), Release(resource), Leave())


def station(gaps, law, servers=1, *, clock=ALWAYS, breakdowns=None, interruptions=None, priority=0):
    """One stage with one line."""
    resource = Resource("servers", servers, clock, breakdowns, interruptions)
    return Program(("s",), (Flow("a", gaps, 0, priority=priority),), (*station_steps(law), Exit()), (resource,))


def items_station(gaps, law, servers, contents, *, share=1.0, copies=1, at_once=10**9):
    """One stage whose servers work on the contents of the units."""
    steps = (Enter(0), WorkItems(0, law, share, copies, at_once), Leave(), Exit())
    return Program(("s",), (Flow("a", gaps, 0, BatchSizes(contents)),), steps, (Resource("servers", servers),))


def run(program, hours, *, slots=40, seed=1, replication=0, trace=None, most_events=10**9):
    """Run a program, and check what holds of every run."""
    outcome = simulate_once(
        program,
        slots=slots,
        slot_hours=hours / slots,
        seed=seed,
        replication=replication,
        most_events=most_events,
        trace=trace,
    )
    check_conservation(outcome)
    return outcome


def check_conservation(outcome):
    record = outcome.recording
    gone = record.left.sum() + record.turned_away.sum() + outcome.left_inside
    assert record.arrived.sum() == gone
    np.testing.assert_array_equal(record.dwell_counts.sum(axis=2), record.left)
    assert outcome.left_inside >= 0
    for field in record:
        assert np.isfinite(field).all()
        assert (field >= -1e-9).all()


def traced(program, hours, rows=2000):
    """Run a program and give what happened: hours, event, flow, unit, stage, resource."""
    trace = Trace.of_rows(rows)
    outcome = run(program, hours, slots=1, trace=trace)
    assert outcome.ending == Ending.COMPLETE
    return outcome, trace.events()


def moments(events, event, flow=None):
    """Give when something happened, in order."""
    return [row[0] for row in events if row[1] == event and flow in (None, row[2])]


def exits(events, flow=None):
    return moments(events, TraceEvent.EXIT, flow)


def stage_mean(outcome, category=QUEUE, stage=0, flow=0, warm=4):
    """Give the mean time at a stage after the first slots, and its standard error from 20 batches of slots."""
    record = outcome.recording
    return ratio(record.stage_times[warm:, stage, flow, category], record.visits[warm:, stage, flow])


def item_mean(outcome, warm=4):
    """Give the mean wait of a piece of work, and its standard error."""
    record = outcome.recording
    return ratio(record.item_waits[warm:, 0, 0], record.items[warm:, 0, 0])


def ratio(totals, counts):
    """Give a ratio of sums and its standard error, from slots taken as independent."""
    mean = totals.sum() / counts.sum()
    residuals = totals - mean * counts
    return mean, np.sqrt((residuals**2).sum() / (len(counts) - 1) * len(counts)) / counts.sum()


def assert_near(estimate, truth, errors=4.0):
    mean, error = estimate
    assert abs(mean - truth) < errors * error, f"{mean:.6g} +- {error:.3g} against {truth:.6g}"
    assert error < 0.05 * abs(truth), "the run is too short to tell"
