"""What holds of runs whatever they simulate: the same numbers again, room that grows, ends that are told."""

from concurrent.futures import ThreadPoolExecutor
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pytest

from hubcalc.errors import ArgumentError
from hubcalc.simulation import engine
from hubcalc.simulation.encoding import encode
from hubcalc.simulation.laws import Law
from hubcalc.simulation.program import (
    BatchSizes,
    Board,
    Branch,
    Breakdowns,
    Clock,
    Delay,
    Enter,
    Exit,
    Flow,
    Form,
    Interruptions,
    Jump,
    Leave,
    Match,
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
from hubcalc.simulation.recording import Ending


def programs():
    spec = spec_from_file_location("programs", Path(__file__).parent / "programs.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


P = programs()


DAY = Clock(24.0, (0.0, 6.0, 22.0), (0.0, 1.0, 0.5))


def everything():
    """Trains and trucks that meet every kind of step."""
    work = Law.two_moments(0.5, 0.4)
    steps = (
        *(Enter(0), Seize(0), Work(0, Law.exponential(0.4)), Release(0), Leave()),
        *(
            Enter(1),
            Seize(1),
            WorkItems(2, Law.lognormal(0.05, 0.3), 0.8, 2, 3),
            Store(0, Law.exponential(20.0), 0.5, 2.0),
        ),
        *(Seize(3, 2), ReleaseLater(3, work, 2, True), Release(1), Branch((13, 15), (0.7, 0.3))),
        *(Form("f", 30), Jump(15)),
        *(Leave(), Enter(2), Quota("q", 40), Board(4, 2, 5, work, work), Leave(), Exit()),
        *(Enter(3), Match("p", 0, 4), Delay(work), Leave(), Exit()),
        *(Enter(3), Match("p", 1, 4), Leave(), Jump(0)),
    )
    flows = (
        Flow("trains", Law.exponential(1.5), 0, BatchSizes((*[0.0] * 19, 0.5, *[0.0] * 20, 0.5)), DAY, 2),
        Flow("trucks", Law.hyperexponential(0.7, 3.0), 21),
        Flow("wagons", Law.two_moments(0.9, 0.2), 26, BatchSizes((0.5, 0.5)), priority=1),
    )
    resources = (
        Resource("desks", 2, DAY),
        Resource("tracks", 4),
        Resource("cranes", 5, breakdowns=Breakdowns(5.0, Law.exponential(0.3))),
        Resource("wagons", 9),
        Resource("vessels", 3, interruptions=Interruptions(Law.exponential(50.0), Law.exponential(5.0))),
    )
    return Program(("a", "b", "c", "d"), flows, steps, resources, (Storage("yard", 500.0),))


def same(first, second):
    return all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize("seed", range(5))
def test_nothing_is_lost_where_everything_happens(seed) -> None:
    outcome = P.run(everything(), 5000.0, seed=seed)
    assert outcome.ending == Ending.COMPLETE
    record = outcome.recording
    assert record.left[:, :].sum(axis=0).min() > 500
    dwell = record.times.sum(axis=(0, 2)) / record.left.sum(axis=0)
    number = record.number.sum() / 5000.0
    assert number > 0.0
    # the time of those that left is all booked: mean of squares is no less than the square of the mean
    assert (record.dwell_squares.sum(axis=0) / record.left.sum(axis=0) >= dwell**2).all()
    assert record.turned_away[:, 0].sum() == 0.0


def test_all_time_is_booked() -> None:
    trace = P.Trace.of_rows(200_000)
    outcome = P.run(everything(), 1500.0, slots=1, trace=trace)
    arrivals, dwells = {}, {0: 0.0, 1: 0.0, 2: 0.0}
    for hours, event, flow, unit, *_ in trace.events():
        if event == P.TraceEvent.ARRIVE:
            arrivals[unit] = hours
        elif event == P.TraceEvent.EXIT:
            dwells[flow] += hours - arrivals[unit]
    assert trace.filled[0] < 200_000
    np.testing.assert_allclose(outcome.recording.times[0].sum(axis=1), list(dwells.values()), rtol=1e-9)


def test_the_same_seed_gives_the_same_numbers() -> None:
    first, again = P.run(everything(), 500.0), P.run(everything(), 500.0)
    assert same(first.recording, again.recording)
    assert first[1:] == again[1:]
    assert not same(first.recording, P.run(everything(), 500.0, seed=2).recording)
    assert not same(first.recording, P.run(everything(), 500.0, replication=1).recording)


def test_slots_do_not_change_what_happens() -> None:
    fine, coarse = P.run(everything(), 500.0, slots=50), P.run(everything(), 500.0, slots=1)
    for a, b in zip(fine.recording, coarse.recording, strict=True):
        np.testing.assert_allclose(a.sum(axis=0), b[0], rtol=1e-9, atol=1e-9)
    assert fine.events == coarse.events


def test_an_encoded_program_runs_again_and_again() -> None:
    encoded = encode(everything())
    for replication in (0, 1, 0):
        expected = P.run(everything(), 200.0, replication=replication)
        assert same(P.run(encoded, 200.0, replication=replication).recording, expected.recording)


def test_runs_in_threads_are_the_same() -> None:
    encoded = encode(everything())

    def once(replication):
        return P.run(encoded, 500.0, replication=replication)

    with ThreadPoolExecutor(2) as pool:
        for replication, outcome in enumerate(pool.map(once, range(4))):
            assert same(outcome.recording, once(replication).recording)


def test_scenarios_share_their_random_numbers() -> None:
    slow = P.run(P.station(Law.exponential(1.0), Law.exponential(0.8), 500), 1000.0).recording
    fast = P.run(P.station(Law.exponential(1.0), Law.exponential(0.4), 600), 1000.0).recording
    np.testing.assert_array_equal(slow.arrived, fast.arrived)
    np.testing.assert_allclose(slow.working, 2 * fast.working, rtol=1e-12)


def test_room_grows_with_the_units() -> None:
    program = P.station(Law.constant(0.001), Law.constant(0.002))
    outcome = P.run(program, 100.0 - 0.0005, slots=1)
    assert outcome.ending == Ending.COMPLETE
    assert outcome.left_inside > 40_000
    assert outcome.recording.left[0, 0] == 49_999.0


def test_room_grows_with_the_events() -> None:
    flow = Flow("a", Law.constant(1.0), 0, BatchSizes((*[0.0] * 999, 1.0)))
    program = Program((), (flow,), (Store(0, Law.constant(25.25)), Exit()), (), (Storage("yard", 1e6),))
    record = P.run(program, 100.5, slots=1).recording
    assert record.stored[0, 0] == pytest.approx(1000 * (75 * 25.25 + sum(100.5 - k for k in range(76, 101))))


def test_more_units_than_there_is_room_for(monkeypatch) -> None:
    monkeypatch.setattr(engine, "MOST_UNITS", 5000)
    outcome = P.run(P.station(Law.constant(0.001), Law.constant(0.002)), 1000.0)
    assert outcome.ending == Ending.TOO_MANY_UNITS
    assert 1000 < outcome.left_inside <= 5000
    assert outcome.slots_done == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("slots", 0),
        ("slot_hours", 0.0),
        ("slot_hours", np.nan),
        ("seed", -1),
        ("replication", -1),
        ("most_events", -1),
        ("most_events", 2**40),
    ],
)
def test_arguments_out_of_range(name, value) -> None:
    given = {"slots": 1, "slot_hours": 1.0, "seed": 0, "replication": 0, "most_events": 10, name: value}
    with pytest.raises(ArgumentError, match=name):
        engine.simulate_once(everything(), **given)
