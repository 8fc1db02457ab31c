"""Finite waiting rooms: who finds them full blocks where it comes from."""

from math import factorial

import numpy as np
import pytest

import hubcalc
from hubcalc import queueing
from hubcalc.analysis.engine import run
from hubcalc.analysis.rooms import Room
from hubcalc.documents import parse_hub


def line(document, desk, room, *, first=(20, 1), second=(25, 1), **fields):
    stages = {"one": desk(*first), "two": desk(*second, waiting_room=room)}
    return parse_hub(document(stages, **{"per_day": 36.0, **fields}))


@pytest.mark.parametrize("servers", [1, 2])
@pytest.mark.parametrize("places", [0, 3])
@pytest.mark.parametrize("outside", [1, 2, 5])
def test_the_room_is_a_chain_that_stops_when_all_upstream_are_held(servers, places, outside):
    """M/M/c/K whose last places are the servers upstream, by its balance equations."""
    rate, hours = 1.4 * servers, 0.5
    load, limit = rate * hours, servers + places + outside
    weights = [
        load ** min(n, servers) / factorial(min(n, servers)) * (load / servers) ** max(n - servers, 0)
        for n in range(limit + 1)
    ]
    chance = np.array(weights) / sum(weights)
    coming = 1 - chance[-1]
    full = np.arange(servers + places, limit)
    wait = queueing.mmc_wait_mean_hours(rate, hours, servers)
    room = Room(*map(np.asarray, (float(places), float(outside), rate, wait, load / servers, float(servers))))
    assert room.blocked_share == pytest.approx(chance[full].sum() / coming)
    held = sum((n - servers - places) * chance[n] for n in range(servers + places, limit + 1))
    assert room.held.first == pytest.approx(held / (rate * coming))
    if outside == 1:  # the rest of one exponential service, of the next server to be free
        assert room.held.second == pytest.approx(2 * (hours / servers) ** 2 * float(room.blocked_share))


def test_a_huge_room_is_endless(document, desk):
    limited, endless = run(line(document, desk, 100_000)), run(line(document, desk, None))
    for stage, state in endless.stages.items():
        assert limited.stages[stage].performance.wait.hours == state.performance.wait.hours
        assert limited.stages[stage].performance.wait.error == 0
        assert limited.exact_arrivals[stage]
    assert limited.blocking < 1e-100
    assert endless.stages["two"].blocked_share == 0


def test_at_the_door_of_the_hub_a_room_changes_nothing(document, desk):
    plain = run(parse_hub(document({"one": desk(20)}, per_day=48.0)))
    room = run(parse_hub(document({"one": desk(20, waiting_room=2)}, per_day=48.0)))
    assert room.stages["one"].performance.wait.hours == plain.stages["one"].performance.wait.hours
    assert room.exact_arrivals["one"]
    assert room.blocking == 0
    # but it is said how often those who come find three in the system: rho cubed
    assert room.stages["one"].blocked_share == pytest.approx((2 / 3) ** 3)


@pytest.mark.parametrize("room", [1, 2, 5])
def test_a_line_of_two_against_its_chain(document, desk, room):
    """The whole line is slower than with endless rooms; the decomposition is near the exact chain when calm."""
    state = run(line(document, desk, room, per_day=24.0))
    exact = queueing.solve_finite_tandem(1.0, 1.0, [1 / 3, 25 / 60], [1.0, 1.0], 1, [np.inf, room], "exact")
    endless = run(line(document, desk, None, per_day=24.0))
    first = state.stages["one"]
    assert first.performance.wait.hours > endless.stages["one"].performance.wait.hours
    assert np.isnan(first.performance.wait.error)
    assert first.performance.service == pytest.approx(1 / 3)
    waits = [float(stage.performance.wait.hours) for stage in state.stages.values()]
    assert waits[0] == pytest.approx(exact.wait_mean_hours[0], rel=0.15)
    assert sum(waits) + 1 / 3 + 25 / 60 == pytest.approx(exact.sojourn_mean_hours, rel=0.1)
    # what was held comes in bursts afterwards, which the decomposition does not see
    assert state.stages["two"].blocked_share == pytest.approx(exact.blocking_probability[0], rel=0.3)
    assert state.blocking == state.stages["two"].blocked_share
    assert not state.exact_arrivals["two"]


def test_less_room_blocks_more(document, desk):
    found = [run(line(document, desk, room)) for room in (0, 1, 2, 4, 8)]
    blocking = [float(state.blocking) for state in found]
    assert blocking == sorted(blocking, reverse=True)
    waits = [float(state.stages["one"].performance.wait.hours) for state in found]
    assert waits == sorted(waits, reverse=True)
    loads = [float(state.stages["one"].utilization) for state in found]
    assert loads == sorted(loads, reverse=True)


def test_blocking_climbs_from_stage_to_stage(document, desk):
    """The last room is small: the middle stage is held, and through its own room the first one."""
    stages = {"one": desk(15), "two": desk(20, waiting_room=1), "three": desk(25, waiting_room=0)}
    state = run(parse_hub(document(stages, per_day=24.0)))
    assert state.stages["two"].utilization > 24 / 24 / 3
    free = {**stages, "three": desk(25)}
    assert state.stages["two"].blocked_share > run(parse_hub(document(free, per_day=24.0))).stages["two"].blocked_share


def test_a_stage_before_a_room_has_a_bound_for_a_capacity(document, desk):
    analysis = hubcalc.analyze(line(document, desk, 2))
    capacities = analysis.groups[0][0].capacities
    assert capacities["one"].upper_bound
    assert not capacities["two"].upper_bound


def test_an_overloaded_room_is_always_full(document, desk):
    state = run(line(document, desk, 2, per_day=70.0))
    assert state.stages["two"].utilization > 1
    assert state.stages["two"].blocked_share == 1
    assert np.isfinite(state.stages["one"].utilization)


def test_rooms_may_be_columns(document, desk):
    hub = document({"one": desk(20), "two": desk(25, waiting_room=3)}, per_day=36.0)
    together, _ = hubcalc.analyze(hub, {"stages.two.waiting_room": [0, 1, 8]}).groups[0]
    for i, room in enumerate((0, 1, 8)):
        alone = run(line(document, desk, room))
        assert together.state.blocking[i] == pytest.approx(float(alone.blocking))
        assert together.state.stages["one"].performance.wait.hours[i] == pytest.approx(
            float(alone.stages["one"].performance.wait.hours)
        )


def test_trains_that_block_a_front_hold_its_tracks(document, desk, front, boxes):
    stages = {"front": front(), "exit": desk(200, waiting_room=0)}
    state = run(parse_hub(document(stages, contents=boxes(30), per_day=5.0)))
    free = run(parse_hub(document({**stages, "exit": desk(200)}, contents=boxes(30), per_day=5.0)))
    held = state.stages["exit"].room.held.first
    assert held > 0
    more = state.stages["front"].loads["track_pairs"] - free.stages["front"].loads["track_pairs"]
    assert more == pytest.approx(float(held) * 5 / 24 / 3)
    assert state.stages["front"].loads["cranes"] == free.stages["front"].loads["cranes"]
