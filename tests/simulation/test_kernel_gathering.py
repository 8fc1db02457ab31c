"""Regrouping, pairing, vessels and interruptions in short runs that were worked out by hand."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pytest

from hubcalc.simulation.laws import Law
from hubcalc.simulation.program import (
    BatchSizes,
    Board,
    Clock,
    Delay,
    Enter,
    Exit,
    Flow,
    Form,
    Interruptions,
    Leave,
    Match,
    Program,
    Release,
    Resource,
    Seize,
)
from hubcalc.simulation.recording import Ending
from hubcalc.simulation.trace import TraceEvent


def programs():
    spec = spec_from_file_location("programs", Path(__file__).parent / "programs.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


P = programs()


def exactly(count):
    return BatchSizes((*[0.0] * (count - 1), 1.0))


def forming(size, contents, gap=1.0):
    steps = (Enter(0), Form("f", size), Delay(Law.constant(0.25)), Leave(), Exit())
    return Program(("s",), (Flow("a", Law.constant(gap), 0, exactly(contents)),), steps)


def test_three_trains_of_41_become_two_of_61() -> None:
    outcome, events = P.traced(forming(61, 41), 6.75)
    # contents waiting: 41, 82 -> 21, 62 -> 1, 42, 83 -> 22, 63 -> 2
    assert P.moments(events, TraceEvent.FORM) == [2.0, 3.0, 5.0, 6.0]
    # the train of 1 goes with the first; those of 2 and 3: the last box of 3 is left to the third
    assert P.exits(events) == [2.25, 3.25, 5.25, 5.25, 6.25]
    record = outcome.recording
    assert record.left[0, 0] == 5.0
    assert outcome.left_inside == 1
    # waits 1 (of 1), 1 (of 2), 2 (of 3), 1 (of 4), 1 (of 5)
    np.testing.assert_array_equal(record.times[0, 0], [0.0, 5 * 0.25, 6.0, 0.0, 0.0])
    np.testing.assert_array_equal(record.stage_times[0, 0, 0], record.times[0, 0])
    assert record.visits[0, 0, 0] == 5.0
    assert record.number[0, 0] == 5 * 0.25 + 6.0 + 0.75


def test_a_large_train_fills_several() -> None:
    outcome, events = P.traced(forming(2, 5), 2.5)
    # 5 -> 2 + 2 and 1 is left; 6 -> 2 + 2 + 2, of which the first carries the first train, the last the second
    assert P.moments(events, TraceEvent.FORM) == [1.0, 1.0, 2.0, 2.0, 2.0]
    assert P.exits(events) == [2.25, 2.25]
    assert outcome.recording.times[0, 0, P.SYNCHRONIZATION] == 1.0
    assert outcome.recording.visits.sum() == 2.0


def test_carriers_are_carried() -> None:
    # wagons one by one, two to a group (at 2, 4, 6, 8), three groups' six to a train (at 6, 12), which takes an hour
    steps = (
        *(Enter(0), Form("group", 2), Delay(Law.constant(0.25)), Leave()),
        *(Enter(1), Form("train", 6), Delay(Law.constant(1.0)), Leave(), Exit()),
    )
    outcome, events = P.traced(Program(("a", "b"), (Flow("w", Law.constant(1.0), 0),), steps), 7.5)
    assert P.exits(events) == [7.25] * 6
    record = outcome.recording
    assert record.visits[0, :, 0].tolist() == [6.0, 3.0]
    np.testing.assert_array_equal(record.stage_times[0, 0, 0], [0.0, 6 * 0.25, 3.0, 0.0, 0.0])
    np.testing.assert_array_equal(record.stage_times[0, 1, 0], [0.0, 3.0, 4.0 + 2.0, 0.0, 0.0])
    # dwell of wagon k is 7.25 - k; each waits 1, 0 for its group and 4, 2, 0 for its train
    np.testing.assert_array_equal(record.times[0, 0], [0.0, 6 * 1.25, 3.0 + 12.0, 0.0, 0.0])
    assert record.dwell_squares[0, 0] == sum((7.25 - k) ** 2 for k in range(1, 7))


def test_formed_twice_at_one_stage() -> None:
    steps = (Enter(0), Form("group", 2), Form("train", 4), Delay(Law.constant(0.5)), Leave(), Exit())
    outcome, events = P.traced(Program(("a",), (Flow("w", Law.constant(1.0), 0),), steps), 4.75)
    assert P.exits(events) == [4.5] * 4
    assert outcome.recording.times[0, 0].tolist() == [0.0, 2.0, 3.0 + 2.0 + 1.0, 0.0, 0.0]
    # wagons wait from 1 to 2 and from 3 to 4, their first group from 2 to 4, and the train is of two groups
    assert outcome.recording.number[0, 0] == 1.0 + 1.0 + 2.0 + 2 * 0.5


def test_a_carrier_that_is_turned_away() -> None:
    steps = (Enter(0), Form("f", 2), Match("p", 0, 1), Leave(), Exit())
    outcome, events = P.traced(Program(("a",), (Flow("w", Law.constant(1.0), 0),), steps), 6.5)
    assert P.moments(events, TraceEvent.TURNED_AWAY) == [4.0, 4.0, 6.0, 6.0]
    assert outcome.recording.turned_away[0, 0] == 4.0
    assert outcome.left_inside == 2
    # single wagons from 1 to 2, 3 to 4 and 5 to 6; the carrier of two waits from 2 on
    assert outcome.recording.number[0, 0] == 1.0 + 1.0 + 1.0 + 2 * 4.5


def test_pairs_and_those_who_find_no_room() -> None:
    # one side at 1, 2, 3, ...; the other at 3.5, 7: room for two
    steps = (Enter(0), Match("p", 0, 2), Leave(), Exit(), Enter(0), Match("p", 1, 9), Leave(), Exit())
    flows = (Flow("wide", Law.constant(1.0), 0), Flow("narrow", Law.constant(3.5), 4))
    outcome, events = P.traced(Program(("s",), flows, steps), 7.5)
    assert P.moments(events, TraceEvent.TURNED_AWAY) == [3.0, 5.0, 6.0]
    # at 3.5 the first waits since 1; 4 fills the room; at 7 the other side comes first, and meets the one of 2
    assert P.exits(events, 0) == [3.5, 7.0]
    assert outcome.recording.times[0, 0, P.SYNCHRONIZATION] == 2.5 + 5.0


def vessels(least, most, every=0.0, count=1, gap=1.0, **options):
    steps = (Enter(0), Board(0, least, most, Law.constant(1.0), Law.constant(2.0), every), Leave(), Exit())
    return Program(("s",), (Flow("a", Law.constant(gap), 0),), steps, (Resource("v", count, **options),))


def test_a_vessel_leaves_with_its_load_and_comes_back() -> None:
    outcome, events = P.traced(vessels(2, 3), 9.5)
    # departs at 2 with two, is back at 5, finds those of 3 and 4, is back at 8, finds those of 5, 6 and 7
    assert P.moments(events, TraceEvent.BOARD) == [2.0, 2.0, 5.0, 5.0, 8.0, 8.0, 8.0]
    assert P.exits(events) == [3.0, 3.0, 6.0, 6.0, 9.0, 9.0, 9.0]
    np.testing.assert_array_equal(outcome.recording.times[0, 0], [0.0, 7.0, 1 + 2 + 1 + 3 + 2 + 1.0, 0.0, 0.0])
    assert outcome.recording.busy[0, 0] == 7.5


def test_vessels_by_timetable() -> None:
    _, events = P.traced(vessels(1, 2, 6.0, count=2, gap=2.5), 24.5)
    # 2.5, 5 at 6; 7.5, 10 at 12; 12.5, 15 at 18 (17.5 is left behind); 17.5, 20 at 24
    assert P.moments(events, TraceEvent.BOARD) == [6.0, 6.0, 12.0, 12.0, 18.0, 18.0, 24.0, 24.0]


def test_a_storm_keeps_vessels_in_port() -> None:
    storm = Interruptions(Law.constant(7.0), Law.constant(6.0))  # from 7 to 13, from 20 to 26
    outcome, events = P.traced(vessels(1, 9, 6.0, gap=2.5, interruptions=storm), 19.5)
    assert P.exits(events) == [7.0, 7.0, *[19.0] * 5]
    # from 7.5 and 10, 12.5 to 18, of which to 13 it storms; then 15 and 17.5
    assert outcome.recording.times[0, 0].tolist() == [0.0, 7.0, 3.5 + 1.0 + 3 * 5.0 + 3.0 + 0.5, 5.5 + 3.0 + 0.5, 0.0]
    _, events = P.traced(vessels(1, 9, gap=2.5, interruptions=storm), 16.75)
    assert P.moments(events, TraceEvent.BOARD) == [2.5, 5.5, 13.0, 13.0, 13.0, 16.0]


def test_interruptions_stop_work() -> None:
    # closed from 3 to 5, 8 to 10, 13 to 15: work of 4 h from 2 is done at 8, and from 8 at 16
    stops = Interruptions(Law.constant(3.0), Law.constant(2.0))
    outcome, events = P.traced(P.station(Law.constant(2.0), Law.constant(4.0), interruptions=stops), 16.5)
    assert P.exits(events) == [8.0, 16.0]
    np.testing.assert_array_equal(outcome.recording.times[0, 0], [3.0, 8.0, 0.0, 2.0 + 1.0 + 4.0, 0.0])


def test_interruptions_and_a_calendar() -> None:
    # by day from 8 to 20, closed from 10 to 20, 30 to 40, ...: 3 h of work from 5 are done from 8 to 10 and 40 to 41
    stops, day = Interruptions(Law.constant(10.0), Law.constant(10.0)), Clock(24.0, (0.0, 8.0, 20.0), (0.0, 1.0, 0.0))
    program = P.station(Law.constant(5.0), Law.constant(3.0), interruptions=stops, clock=day)
    outcome, events = P.traced(program, 41.5)
    assert P.exits(events) == [41.0]
    np.testing.assert_array_equal(outcome.recording.times[0, 0], [0.0, 3.0, 0.0, 33.0, 0.0])


def test_those_who_block_each_other_are_stuck() -> None:
    # each takes one track and wants another, which the other has
    steps = (Seize(0), Delay(Law.constant(1.0)), Seize(0), Release(0, 2), Exit())
    program = Program((), (Flow("a", Law.constant(0.5), 0),), steps, (Resource("tracks", 2),))
    assert P.run(program, 100.0).ending == Ending.STUCK


@pytest.mark.parametrize("most_events", [0, 1, 57])
def test_a_budget_of_events(most_events) -> None:
    outcome = P.run(P.station(Law.constant(1.0), Law.constant(0.5)), 100.0, slots=10, most_events=most_events)
    assert outcome.ending == Ending.OUT_OF_EVENTS
    assert outcome.events == most_events
    assert outcome.slots_done == int(outcome.hours // 10)


def test_all_vessels_depart_after_a_storm() -> None:
    # one is at sea; from 1.25 to 5.25 eight come, and the other two vessels take three each
    storm = Interruptions(Law.constant(1.25), Law.constant(4.0))
    steps = (Board(0, 2, 3, Law.constant(1.0), Law.constant(100.0)), Exit())
    resource = Resource("v", 3, interruptions=storm)
    outcome, events = P.traced(Program((), (Flow("a", Law.constant(0.5), 0),), steps, (resource,)), 5.4)
    assert P.moments(events, TraceEvent.BOARD) == [1.0, 1.0, *[5.25] * 6]
    assert outcome.left_inside == 8
