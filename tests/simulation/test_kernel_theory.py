"""Long runs against exact results of queueing theory, within standard errors."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pytest

from hubcalc.queueing import (
    erlang_c,
    finite_source_throughput_per_hour,
    match_two_streams,
    mdc_wait_mean_hours,
    mg1_breakdown_wait_mean_hours,
    mg1_wait_mean_hours,
    mmc_priority_wait_mean_hours,
    mmc_wait_mean_hours,
    mxmc_wait_mean_hours,
    regrouping_wait_mean_hours,
    solve_finite_tandem,
)
from hubcalc.simulation.laws import Law
from hubcalc.simulation.program import (
    BatchSizes,
    Branch,
    Breakdowns,
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
    Release,
    ReleaseLater,
    Resource,
    Seize,
    Storage,
    Store,
    Work,
)
from hubcalc.simulation.recording import DWELL_BINS, DWELL_LEAST_HOURS, DWELL_RATIO, OCCUPANCY_BINS


def programs():
    spec = spec_from_file_location("programs", Path(__file__).parent / "programs.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


P = programs()


LONG = 400_000.0


@pytest.mark.slow
@pytest.mark.parametrize(("servers", "utilization"), [(1, 0.5), (1, 0.8), (3, 0.8), (10, 0.9)])
def test_markovian(servers, utilization) -> None:
    rate = servers * utilization
    outcome = P.run(P.station(Law.exponential(1 / rate), Law.exponential(1.0), servers), LONG)
    P.assert_near(P.stage_mean(outcome), float(mmc_wait_mean_hours(rate, 1.0, servers)))
    record = outcome.recording
    blocked = P.ratio(record.blocked[4:, 0], record.asked[4:, 0])
    P.assert_near(blocked, float(erlang_c(servers, rate)))
    hours = np.full(36, LONG / 40)
    P.assert_near(P.ratio(record.busy[4:, 0], servers * hours), utilization)
    P.assert_near(P.ratio(record.working[4:, 0], servers * hours), utilization)


def test_littles_law() -> None:
    record = P.run(P.station(Law.exponential(1 / 2.4), Law.exponential(1.0), 3), LONG).recording
    number = record.number[:, 0].sum() / LONG
    times = record.stage_times[:, 0, 0].sum() / record.visits[:, 0, 0].sum()
    assert number == pytest.approx(record.visits.sum() / LONG * times, rel=1e-4)


def test_dwells_are_counted_where_they_belong() -> None:
    record = P.run(P.station(Law.exponential(2.0), Law.exponential(1.0)), LONG).recording
    counts = record.dwell_counts[:, 0].sum(axis=0)
    edges = DWELL_LEAST_HOURS * DWELL_RATIO ** np.arange(DWELL_BINS - 1)
    above = 1.0 - np.cumsum(counts)[: DWELL_BINS - 1] / counts.sum()
    np.testing.assert_allclose(above, np.exp(-edges / 2.0), atol=0.008)  # the dwell in M/M/1 is exponential
    squares = record.dwell_squares.sum() / record.left.sum()
    assert squares == pytest.approx(2 * 2.0**2, rel=0.05)


@pytest.mark.parametrize("servers", [1, 4])
def test_constant_service(servers) -> None:
    rate = 0.8 * servers
    outcome = P.run(P.station(Law.exponential(1 / rate), Law.constant(1.0), servers), LONG)
    P.assert_near(P.stage_mean(outcome), float(mdc_wait_mean_hours(rate, 1.0, servers)))


@pytest.mark.parametrize(
    ("law", "scv"),
    [
        (Law.two_moments(1.0, 0.3), 0.3),
        (Law.hyperexponential(1.0, 3.0), 3.0),
        (Law.lognormal(0.6, 0.5, 0.4), 0.5 * 0.36),
        (Law.triangular(0.5, 1.0, 1.5), 1 / 24),
    ],
)
def test_general_service_at_one_server(law, scv) -> None:
    outcome = P.run(P.station(Law.exponential(1 / 0.7), law), LONG)
    P.assert_near(P.stage_mean(outcome), float(mg1_wait_mean_hours(0.7, 1.0, scv)))


def test_batches_of_items() -> None:
    # 1, 2 or 5 boxes: mean 2.6, second moment 9.6
    sizes = (0.2, 0.5, 0.0, 0.0, 0.3)
    mean, square = 2.7, 0.2 + 2.0 + 7.5
    outcome = P.run(P.items_station(Law.exponential(1.2), Law.exponential(1.0), 3, sizes), LONG)
    truth = float(mxmc_wait_mean_hours(1 / 1.2, mean, square / mean**2 - 1, 1.0, 3))
    P.assert_near(P.item_mean(outcome), truth)


def test_a_share_of_the_items_in_copies() -> None:
    record = P.run(
        P.items_station(Law.exponential(1.0), Law.exponential(0.1), 3, (0.0, 0.0, 1.0), share=0.4, copies=2), LONG
    ).recording
    P.assert_near(P.ratio(record.items[:, 0, 0], np.full(40, LONG / 40)), 2 * 3 * 0.4)


def test_priorities() -> None:
    rates = (0.6, 0.9, 0.9)
    steps = (*P.station_steps(Law.exponential(1.0)), Exit())
    flows = tuple(Flow(str(k), Law.exponential(1 / rate), 0, priority=4 * k) for k, rate in enumerate(rates))
    outcome = P.run(Program(("s",), flows, steps, (Resource("r", 3),)), LONG)
    for flow, truth in enumerate(mmc_priority_wait_mean_hours(rates, 1.0, 3)):
        P.assert_near(P.stage_mean(outcome, flow=flow), truth)


def test_breakdowns() -> None:
    # a train every 20 min, 10 min each, fails every 600 min of work for 60 min (exponential), in hours
    breakdowns = Breakdowns(10.0, Law.exponential(1.0))
    program = P.station(Law.exponential(1 / 3), Law.exponential(1 / 6), breakdowns=breakdowns)
    outcome = P.run(program, LONG)
    truth = float(mg1_breakdown_wait_mean_hours(3.0, 1 / 6, 1.0, 0.1, 1.0, 1.0))
    assert truth * 60 == pytest.approx(20.11, abs=0.005)
    P.assert_near(P.stage_mean(outcome), truth)
    P.assert_near(P.stage_mean(outcome, P.SERVICE), 11 / 60)  # a repair is part of the service


def test_interruptions_take_their_share_of_time() -> None:
    stops = Interruptions(Law.exponential(3.0), Law.two_moments(1.0, 0.5))
    outcome = P.run(P.station(Law.exponential(2.0), Law.exponential(0.5), 50, interruptions=stops), LONG)
    P.assert_near(P.stage_mean(outcome, P.SERVICE), 0.5)
    # servers for all: 1/4 come while they stand still, for its residual time, and 0.5 h of work meet 0.5 / 3 stops
    residual = 0.25 * (1.0 + 0.5) / 2
    P.assert_near(P.stage_mean(outcome, P.CLOSURE), residual + 0.5 / 3)


def test_pairing() -> None:
    matched = match_two_streams(1.0, 0.9, 4, 3)
    steps = (Enter(0), Match("p", 0, 4), Leave(), Exit(), Enter(0), Match("p", 1, 3), Leave(), Exit())
    flows = (Flow("a", Law.exponential(1.0), 0), Flow("b", Law.exponential(1 / 0.9), 4))
    outcome = P.run(Program(("s",), flows, steps), LONG)
    record = outcome.recording
    P.assert_near(P.ratio(record.turned_away[4:, 0], record.arrived[4:, 0]), float(matched.first_blocking))
    P.assert_near(P.ratio(record.turned_away[4:, 1], record.arrived[4:, 1]), float(matched.second_blocking))
    P.assert_near(P.stage_mean(outcome, P.SYNCHRONIZATION), float(matched.first_wait_mean_hours))
    P.assert_near(P.stage_mean(outcome, P.SYNCHRONIZATION, flow=1), float(matched.second_wait_mean_hours))


def test_equal_streams_are_turned_away_equally() -> None:
    steps = (Match("p", 0, 4), Exit(), Match("p", 1, 3), Exit())
    flows = (Flow("a", Law.exponential(1.0), 0), Flow("b", Law.exponential(1.0), 2))
    record = P.run(Program((), flows, steps), LONG).recording
    P.assert_near(P.ratio(record.turned_away[4:, 0], record.arrived[4:, 0]), 1 / 8)


def test_regrouping() -> None:
    steps = (Enter(0), Form("f", 9), Leave(), Exit())
    flow = Flow("a", Law.exponential(1.0), 0, BatchSizes((0.0, 0.0, 0.0, 1.0)))
    outcome = P.run(Program(("s",), (flow,), steps), LONG)
    # trains of 4 become trains of 9; a train waits until its last box goes
    found = P.stage_mean(outcome, P.SYNCHRONIZATION)
    # boxes left over go round 4, 8, 3, 7, 2, 6, 1, 5, 0: the next trains needed are ceil((9 - left) / 4)
    P.assert_near(found, np.mean([np.ceil((9 - left) / 4) if left else 0.0 for left in range(9)]))
    assert float(regrouping_wait_mean_hours(1.0, 4, 9)) == pytest.approx((9 - 1) / (2 * 4))


@pytest.mark.parametrize(("first", "second", "room"), [(1.0, 1.0, 0), (0.8, 1.0, 2)])
def test_blocking_in_a_tandem(first, second, room) -> None:
    steps = (
        *(Enter(0), Seize(0), Work(0, Law.exponential(first)), Leave()),
        *(
            Enter(1),
            Seize(2),
            Release(0),
            Seize(1),
            Work(1, Law.exponential(second)),
            Release(1),
            Release(2),
            Leave(),
            Exit(),
        ),
    )
    resources = (Resource("a", 1), Resource("b", 1), Resource("room", room + 1))
    rate = 0.45
    line = solve_finite_tandem(rate, 1.0, [first, second], [1.0, 1.0], 1, [np.inf, room], "exact")
    outcome = P.run(Program(("a", "b"), (Flow("x", Law.exponential(1 / rate), 0),), steps, resources), LONG)
    P.assert_near(P.stage_mean(outcome), float(line.wait_mean_hours[0]))
    record = outcome.recording
    sojourn = P.ratio(record.times[4:, 0].sum(axis=1), record.left[4:, 0])
    P.assert_near(sojourn, float(line.sojourn_mean_hours))


def test_the_capacity_of_a_line_without_room() -> None:
    # two exponential servers with nothing between them, and always one waiting before the first: 2/3 (Hunt 1956)
    steps = (
        Seize(0),
        Work(0, Law.exponential(1.0)),
        Seize(1),
        Release(0),
        Work(1, Law.exponential(1.0)),
        Release(1),
        Jump(0),
    )
    program = Program(
        (), (Flow("x", Law.exponential(np.inf), 0),), steps, (Resource("a", 1), Resource("b", 1)), initial=(5,)
    )
    record = P.run(program, LONG).recording
    P.assert_near(P.ratio(record.asked[4:, 1], np.full(36, LONG / 40)), 2 / 3)


def test_a_closed_loop_is_a_finite_source() -> None:
    # five machines run for 4 h, and two repairers take 1 h
    steps = (
        Delay(Law.exponential(4.0)),
        Enter(0),
        Seize(0),
        Work(0, Law.exponential(1.0)),
        Release(0),
        Leave(),
        Jump(0),
    )
    program = Program(("s",), (Flow("x", Law.exponential(np.inf), 0),), steps, (Resource("r", 2),), initial=(5,))
    outcome = P.run(program, LONG)
    truth = float(finite_source_throughput_per_hour(5, 4.0, 1.0, 2))
    P.assert_near(P.ratio(outcome.recording.visits[4:, 0, 0], np.full(36, LONG / 40)), truth)
    assert outcome.left_inside == 5


def test_wagons_that_come_back_are_servers() -> None:
    # a unit takes a wagon away, which is back later: the wait is that of M/M/c
    steps = (Enter(0), Seize(0), ReleaseLater(0, Law.exponential(2.0)), Leave(), Exit())
    outcome = P.run(Program(("s",), (Flow("x", Law.exponential(0.5), 0),), steps, (Resource("wagons", 5),)), LONG)
    P.assert_near(P.stage_mean(outcome), float(mmc_wait_mean_hours(2.0, 2.0, 5)))


def test_a_yard_is_a_queue_with_servers_for_all() -> None:
    program = Program(
        (),
        (Flow("a", Law.exponential(0.5), 0),),
        (Store(0, Law.exponential(5.0)), Exit()),
        (),
        (Storage("yard", 1000.0),),
    )
    record = P.run(program, LONG).recording
    P.assert_near(P.ratio(record.stored[4:, 0], np.full(36, LONG / 40)), 10.0)
    levels = record.occupancy[4:, 0].sum(axis=0) / record.occupancy[4:].sum()
    k = np.arange(OCCUPANCY_BINS)
    assert (levels * (k - 10.0) ** 2).sum() == pytest.approx(10.0, rel=0.05)  # Poisson
    assert record.occupancy.sum() == pytest.approx(LONG)


def test_a_branch_takes_its_shares() -> None:
    steps = (Branch((1, 3, 5), (0.2, 0.5, 0.3)), Enter(0), Jump(6), Enter(1), Jump(6), Enter(2), Leave(), Exit())
    record = P.run(Program(("a", "b", "c"), (Flow("x", Law.exponential(1.0), 0),), steps), LONG).recording
    for stage, share in enumerate((0.2, 0.5, 0.3)):
        P.assert_near(P.ratio(record.visits[:, stage, 0], record.arrived[:, 0]), share)
