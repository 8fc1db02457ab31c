"""Short runs that people can follow: every time in them was worked out by hand."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pytest

from hubcalc.simulation.laws import Law
from hubcalc.simulation.program import (
    AwaitOpen,
    BatchSizes,
    Branch,
    Clock,
    Delay,
    Enter,
    Exit,
    Flow,
    Jump,
    Leave,
    Program,
    Quota,
    Release,
    ReleaseLater,
    Resource,
    Seize,
    Storage,
    Store,
    Work,
    WorkItems,
)
from hubcalc.simulation.recording import OCCUPANCY_BINS, Ending
from hubcalc.simulation.trace import TraceEvent


def programs():
    spec = spec_from_file_location("programs", Path(__file__).parent / "programs.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


P = programs()


DAY_SHIFT = Clock(24.0, (0.0, 8.0, 20.0), (0.0, 1.0, 0.0))


def test_one_server_with_constant_times() -> None:
    # arrivals at 1, 2, 3, 4; work of 1.5 h: done at 2.5, 4, 5.5, 7
    outcome, events = P.traced(P.station(Law.constant(1.0), Law.constant(1.5)), 4.75)
    assert P.exits(events) == [2.5, 4.0]
    assert P.moments(events, TraceEvent.SEIZE) == [1.0, 2.5, 4.0]
    record = outcome.recording
    np.testing.assert_array_equal(record.stage_times[0, 0, 0], [0.5, 3.0, 0.0, 0.0, 0.0])
    np.testing.assert_array_equal(record.times[0, 0], [0.5, 3.0, 0.0, 0.0, 0.0])
    assert record.stage_wait_squares[0, 0, 0] == 0.25
    assert record.dwell_squares[0, 0] == 1.5**2 + 2.0**2
    assert record.busy[0, 0] == 3.75
    assert record.working[0, 0] == 4.5
    assert (record.asked[0, 0], record.blocked[0, 0]) == (4.0, 3.0)
    assert record.number[0, 0] == 1.5 + 2.0 + 1.75 + 0.75
    assert outcome.left_inside == 2
    assert outcome.events == 6


def test_the_trace_tells_the_whole_story() -> None:
    _, events = P.traced(P.station(Law.constant(2.0), Law.constant(1.0)), 4.0)
    e = TraceEvent
    assert events == [
        (2.0, e.ARRIVE, 0, 0, -1, -1),
        (2.0, e.ENTER, 0, 0, 0, -1),
        (2.0, e.SEIZE, 0, 0, 0, 0),
        (2.0, e.BEGIN_WORK, 0, 0, 0, 0),
        (3.0, e.END_WORK, 0, 0, 0, 0),
        (3.0, e.RELEASE, 0, 0, 0, 0),
        (3.0, e.LEAVE, 0, 0, 0, -1),
        (3.0, e.EXIT, 0, 0, -1, -1),
    ]


def test_a_full_trace_does_not_change_the_run() -> None:
    program = P.station(Law.exponential(1.0), Law.exponential(0.5))
    plain = P.run(program, 100.0)
    trace = P.Trace.of_rows(7)
    np.testing.assert_array_equal(P.run(program, 100.0, trace=trace).recording.times, plain.recording.times)
    assert len(trace.events()) == 7


def test_work_stands_still_over_night() -> None:
    # by day from 8 to 20: arrivals at 7, 14, 21; 10 h of work: 8-18, 18-20 and 8-16, 16-20 and 8-14
    program = P.station(Law.constant(7.0), Law.constant(10.0), clock=DAY_SHIFT)
    outcome, events = P.traced(program, 24.0 + 24.0 + 15.0)
    assert P.exits(events) == [18.0, 40.0, 62.0]
    times = outcome.recording.times[0, 0]
    # unit 1: closure 1, service 10. unit 2: queue 14-18, service 10, closure 12.
    # unit 3 asks at 21, gets it at 40: closed 21-32, queue 8; then 40-44, closed 12, 56-62
    np.testing.assert_array_equal(times, [0.0 + 4.0 + 8.0, 30.0, 0.0, 1.0 + 12.0 + 11.0 + 12.0, 0.0])
    assert outcome.recording.working[0, 0] == 40.0


def test_a_peak_works_faster() -> None:
    clock = Clock(24.0, (0.0, 6.0), (1.0, 2.0))
    _, events = P.traced(P.station(Law.constant(5.0), Law.constant(4.0), clock=clock), 9.25)
    assert P.exits(events) == [7.5]  # 1 h at speed 1, 3 h of work at speed 2


def test_arrivals_follow_their_clock() -> None:
    steps = (Exit(),)
    flow = Flow("a", Law.constant(4.0), 0, clock=Clock(24.0, (0.0, 8.0, 20.0), (0.0, 2.0, 0.0)))
    _, events = P.traced(Program((), (flow,), steps), 48.0)
    assert P.exits(events) == [10.0, 12.0, 14.0, 16.0, 18.0, 20.0, 34.0, 36.0, 38.0, 40.0, 42.0, 44.0]


def test_priorities_overtake_but_do_not_interrupt() -> None:
    # cars at 1, 2, 3, 4; buses at 2.5: work of 3 h
    steps = (*P.station_steps(Law.constant(3.0)), Exit())
    flows = (Flow("car", Law.constant(1.0), 0, priority=5), Flow("bus", Law.constant(2.5), 0, priority=0))
    _, events = P.traced(Program(("s",), flows, steps, (Resource("r", 1),)), 10.5)
    assert P.moments(events, TraceEvent.SEIZE, 0) == [1.0]
    assert P.moments(events, TraceEvent.SEIZE, 1) == [4.0, 7.0, 10.0]


def test_a_large_demand_at_the_head_holds_up_the_line() -> None:
    # a barge needs both berths, boats one each: the boat of 2.5 waits behind the barge of 2, though a berth is free
    steps = (
        Seize(0),
        Delay(Law.constant(2.0)),
        Release(0),
        Exit(),
        Seize(0, 2),
        Delay(Law.constant(1.0)),
        Release(0, 2),
    )
    flows = (Flow("boat", Law.constant(1.25), 0), Flow("barge", Law.constant(2.0), 4))
    _, events = P.traced(Program((), flows, (*steps, Exit()), (Resource("berths", 2),)), 3.9)
    assert P.moments(events, TraceEvent.SEIZE, 0) == [1.25]
    assert P.moments(events, TraceEvent.SEIZE, 1) == [3.25]


def test_blocking_after_service() -> None:
    # machine of 1 h, then one of 3 h with no room before it: the first is held while the second works
    steps = (
        *(Enter(0), Seize(0), Work(0, Law.constant(1.0)), Leave()),
        *(Enter(1), Seize(1), Release(0), Work(1, Law.constant(3.0)), Release(1), Leave(), Exit()),
    )
    program = Program(("a", "b"), (Flow("x", Law.constant(1.0), 0),), steps, (Resource("a", 1), Resource("b", 1)))
    outcome, events = P.traced(program, 8.5)
    assert P.exits(events) == [5.0, 8.0]
    assert P.moments(events, TraceEvent.RELEASE) == [2.0, 5.0, 5.0, 8.0, 8.0]
    record = outcome.recording
    assert record.busy[0].tolist() == [7.5, 6.5]
    np.testing.assert_array_equal(record.stage_times[0, 1, 0], [2.0, 6.0, 0.0, 0.0, 0.0])  # blocked from 3 to 5
    np.testing.assert_array_equal(record.stage_times[0, 0, 0], [0.0 + 0.0 + 2.0, 3.0, 0.0, 0.0, 0.0])


def test_servers_go_to_the_contents_of_trains_in_turn() -> None:
    # trains of 3 boxes at 2 and 4, 2 cranes, 1 h a box: 2-3, 2-3, 3-4; the second crane is idle from 3 to 4
    program = P.items_station(Law.constant(2.0), Law.constant(1.0), 2, (0.0, 0.0, 1.0))
    outcome, events = P.traced(program, 6.5)
    assert P.exits(events) == [4.0, 6.0]
    record = outcome.recording
    assert record.items[0, 0, 0] == 8.0  # two more have been begun at 6
    assert record.item_waits[0, 0, 0] == 2.0
    assert record.busy[0, 0] == 7.0
    np.testing.assert_array_equal(record.times[0, 0], [0.0, 4.0, 0.0, 0.0, 0.0])


def test_at_most_so_many_servers_on_one_train() -> None:
    # trains of 2 at 1 and 2 (3 cranes, one at most on a train): 1-2-3; 2-3-4
    program = P.items_station(Law.constant(1.0), Law.constant(1.0), 3, (0.0, 1.0), at_once=1)
    _, events = P.traced(program, 4.5)
    assert P.exits(events) == [3.0, 4.0]


def test_spare_cranes_go_on_to_the_next_train() -> None:
    # trains of 3 at 1, 1.5, ...: two cranes; 1-2, 1-2, 2-3 and the other crane begins the second train at 2
    program = P.items_station(Law.constant(1.0), Law.constant(0.75), 2, (0.0, 0.0, 1.0))
    outcome, events = P.traced(program, 3.9)
    assert P.moments(events, TraceEvent.BEGIN_ITEM) == [1.0, 1.0, 1.75, 2.0, 2.5, 2.75, 3.25, 3.5]
    assert P.exits(events) == [2.5, 3.5]
    # the third train asks at 3, and its first box is begun at 3.5
    np.testing.assert_array_equal(outcome.recording.times[0, 0], [0.0, 1.5 + 1.5, 0.0, 0.0, 0.0])


def test_pieces_of_work_are_copied_and_shared_out() -> None:
    program = P.items_station(Law.constant(10.0), Law.constant(1.0), 2, (0.0, 0.0, 1.0), copies=3)
    _, events = P.traced(program, 15.5)
    assert P.exits(events) == [15.0]  # 9 pieces, 2 cranes: 5 rounds


def test_who_needs_no_work_passes() -> None:
    program = P.items_station(Law.constant(1.0), Law.constant(5.0), 1, (0.0, 1.0), share=0.0)
    _, events = P.traced(program, 3.5)
    assert P.exits(events) == [1.0, 2.0, 3.0]


def test_items_stand_still_over_night() -> None:
    # a train at 18 with 3 boxes of 2 h, one crane by day: 18-20, 8-10, 10-12
    steps = (Enter(0), WorkItems(0, Law.constant(2.0)), Leave(), Exit())
    flow = Flow("a", Law.constant(18.0), 0, BatchSizes((0.0, 0.0, 1.0)))
    outcome, events = P.traced(Program(("s",), (flow,), steps, (Resource("crane", 1, DAY_SHIFT),)), 36.5)
    assert P.exits(events) == [36.0]
    np.testing.assert_array_equal(outcome.recording.times[0, 0], [0.0, 6.0, 0.0, 12.0, 0.0])


@pytest.mark.parametrize("separately", [False, True])
def test_wagons_come_back_later(separately) -> None:
    steps = (Seize(0, 2), ReleaseLater(0, Law.constant(3.0), 2, separately), Exit())
    _, events = P.traced(Program((), (Flow("a", Law.constant(1.0), 0),), steps, (Resource("wagons", 2),)), 9.0)
    assert P.exits(events) == [1.0, 4.0, 7.0]


def test_a_quota_spreads_units_over_days() -> None:
    # one every 5 h from 5 on, two a day
    steps = (Enter(0), Quota("q", 2), Leave(), Exit())
    outcome, events = P.traced(Program(("s",), (Flow("a", Law.constant(5.0), 0),), steps), 60.0)
    assert P.exits(events) == [5.0, 10.0, 24.0, 24.0, 48.0, 48.0]
    # 15 waits for 24 with 20, 25 finds the second day full
    assert outcome.recording.times[0, 0, P.QUOTA] == 9.0 + 4.0 + 23.0 + 18.0


def test_units_wait_for_the_tide() -> None:
    tide = Clock(12.0, (0.0, 3.0, 5.0), (0.0, 1.0, 0.0))
    steps = (Enter(0), AwaitOpen(tide), Leave(), Exit())
    outcome, events = P.traced(Program(("s",), (Flow("a", Law.constant(4.0), 0),), steps), 20.5)
    assert P.exits(events) == [4.0, 15.0, 15.0, 16.0]
    assert outcome.recording.times[0, 0, P.CLOSURE] == 7.0 + 3.0


def test_a_storage_fills_and_empties() -> None:
    # two boxes every 2 h for 3 h: level 2 from 2 to 4, 4 from 4 to 5, 2 from 5 to 6
    flow = Flow("a", Law.constant(2.0), 0, BatchSizes((0.0, 1.0)))
    program = Program((), (flow,), (Store(0, Law.constant(3.0), size=1.5), Exit()), (), (Storage("yard", 12.0),))
    outcome, events = P.traced(program, 6.0)
    assert P.exits(events) == [2.0, 4.0]
    record = outcome.recording
    assert record.stored[0, 0] == 3.0 * 2 + 6.0 + 3.0
    hours = record.occupancy[0, 0]
    assert (hours[0], hours[OCCUPANCY_BINS // 4], hours[OCCUPANCY_BINS // 2]) == (2.0, 3.0, 1.0)


def test_a_branch_with_one_way_and_a_jump() -> None:
    steps = (Branch((1, 3), (0.0, 1.0)), Delay(Law.constant(1.0)), Exit(), Delay(Law.constant(2.0)), Jump(2))
    _, events = P.traced(Program((), (Flow("a", Law.constant(4.0), 0),), steps), 11.0)
    assert P.exits(events) == [6.0, 10.0]


def test_units_that_are_there_at_the_beginning() -> None:
    station = P.station(Law.constant(100.0), Law.constant(2.0))
    start = Program(station.stages, station.flows, station.steps, station.resources, initial=(3,))
    outcome, events = P.traced(start, 7.0)
    assert P.exits(events) == [2.0, 4.0, 6.0]
    assert outcome.recording.arrived.sum() == 3.0


def test_nobody_comes() -> None:
    outcome = P.run(P.station(Law.exponential(np.inf), Law.constant(1.0)), 10.0)
    assert outcome.ending == Ending.COMPLETE
    assert (outcome.events, outcome.left_inside, outcome.slots_done, outcome.hours) == (0, 0, 40, 10.0)
    assert outcome.recording.busy.sum() == 0.0


def test_time_outside_of_stages_is_part_of_the_dwell_only() -> None:
    steps = (Delay(Law.constant(1.0)), *P.station_steps(Law.constant(0.5)), Delay(Law.constant(0.25)), Exit())
    flow = Flow("a", Law.constant(4.0), 0)
    outcome, events = P.traced(Program(("s",), (flow,), steps, (Resource("r", 1),)), 7.0)
    assert P.exits(events) == [5.75]
    assert outcome.recording.times[0, 0].tolist() == [0.0, 1.75, 0.0, 0.0, 0.0]
    assert outcome.recording.stage_times[0, 0, 0].tolist() == [0.0, 0.5, 0.0, 0.0, 0.0]


def test_entering_a_stage_ends_the_visit_of_another() -> None:
    steps = (Enter(0), Delay(Law.constant(1.0)), Enter(1), Delay(Law.constant(2.0)), Exit())
    outcome, _ = P.traced(Program(("s", "t"), (Flow("a", Law.constant(4.0), 0),), steps), 7.5)
    assert outcome.recording.stage_times[0, :, 0, P.SERVICE].tolist() == [1.0, 2.0]
    assert outcome.recording.visits[0, :, 0].tolist() == [1.0, 1.0]
    assert outcome.recording.number[0].tolist() == [1.0, 2.0]


def test_servers_that_are_seized_and_used_for_contents() -> None:
    # 3 cranes; trains of 2 boxes at 2, 4; repairs of all cranes, at 2.5 and 5, wait for the last box
    steps = (WorkItems(0, Law.constant(1.0)), Exit(), Seize(0, 3), Delay(Law.constant(1.0)), Release(0, 3), Exit())
    flows = (Flow("trains", Law.constant(2.0), 0, BatchSizes((0.0, 1.0))), Flow("repairs", Law.constant(2.5), 2))
    _, events = P.traced(Program((), flows, steps, (Resource("cranes", 3),)), 5.75)
    assert P.moments(events, TraceEvent.SEIZE, 1) == [3.0, 5.0]
    assert P.exits(events, 0) == [3.0, 5.0]
    assert P.exits(events, 1) == [4.0]


def test_trains_wait_for_cranes_and_the_clock() -> None:
    # one crane from 8 to 20 and 1 h a box; trains of 2 at 7 and 14: begun at 8, 9 and 14, 15
    steps = (Enter(0), WorkItems(0, Law.constant(1.0)), Leave(), Exit())
    flow = Flow("a", Law.constant(7.0), 0, BatchSizes((0.0, 1.0)))
    outcome, events = P.traced(Program(("s",), (flow,), steps, (Resource("crane", 1, DAY_SHIFT),)), 16.5)
    assert P.exits(events) == [10.0, 16.0]
    record = outcome.recording
    assert (record.items[0, 0, 0], record.item_waits[0, 0, 0]) == (4.0, 1.0 + 2.0 + 0.0 + 1.0)
    np.testing.assert_array_equal(record.times[0, 0], [0.0, 4.0, 0.0, 1.0, 0.0])
    assert (record.asked[0, 0], record.blocked[0, 0]) == (2.0, 0.0)
