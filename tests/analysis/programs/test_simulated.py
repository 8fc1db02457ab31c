import math

import numpy as np
import pytest

import hubfixtures
from hubcalc.analysis.programs.simulated import simulate_hub
from hubcalc.analysis.programs.translate import program_of
from hubcalc.documents import fixture, parse_hub
from hubcalc.simulation.engine import simulate_once
from hubcalc.simulation.recording import Ending

FEW = 400_000
"""Events."""
EXACT = {"rel": 1e-9, "abs": 1e-9}


@pytest.fixture(scope="module")
def simulated():
    """Return a function that simulates a document briefly, with a fixed seed."""

    def run(hub, *, seed=11, precision=0.02, most_events=FEW):
        return simulate_hub(parse_hub(hub), precision=precision, most_events=most_events, seed=seed)

    return run


def near(found, truth, widths=2.5):
    """Say whether a value lies within about five standard errors of the truth."""
    return abs(found.value - truth) <= widths * found.half_width + 1e-9 * abs(truth)


BY_HAND = {
    "service": 0.5,
    "gate": 0.5,
    "transshipment_front": 0.75 + 5 / 20,
    "gauge_change": 0.75 + 2.0,
    "berth": 2.0 + 10 / 10,
    "platform_pool": 0.5,
    "line_section": 0.5 + 2.0,
    "yard": 0.0,
    "quota": 0.0,
    "booths": 2 * 3 / 60,
    "ferry_or_vessel": (3 + 2 + 1 + 0) / 4 + 2.0,
    "train_forming": 0.5 + 0.5,
    "run": 2.0 + 0.5,
    "road_section": 2.0,
}
"""Dwell of a train of ten boxes that comes every hour and finds nobody before it [h]."""


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(BY_HAND))
def test_dwells_worked_out_by_hand(kinds, every_hour, simulated, kind):
    stage = {**kinds[kind], "berths": 4} if kind == "berth" else kinds[kind]
    stage = {**stage, "tracks": 4} if kind == "gauge_change" else stage
    stage = {**stage, "positions": 10} if kind == "gauge_change" else stage
    truth = 0.75 + 1.0 if kind == "gauge_change" else BY_HAND[kind]
    if kind == "booths":
        stage = {**stage, "serves": "contents"}
    found = simulated(every_hour({"it": stage}))
    assert found.run.status == "steady"
    assert found.metrics["throughput_per_day"].value == pytest.approx(24.0, rel=0.01)
    # a load or a train of several may be cut by the end of a slot
    tolerance = {"rel": 0.01} if kind in ("ferry_or_vessel", "train_forming") else EXACT
    assert found.metrics["dwell_mean_hours"].value == pytest.approx(truth, **tolerance)
    assert found.metrics["wait_mean_hours"].value == pytest.approx(0.0, abs=1e-9)


def test_an_inspection_takes_documents_scan_and_examination_in_turn(kinds, every_hour, simulated):
    fields = {"serves": "contents", "officers": 5, "scan": {**kinds["inspection"]["scan"], "share": 1.0}}
    hub = every_hour({"it": {**kinds["inspection"], **fields, "physical": None}})
    hub["stages"]["it"]["scan"]["places"] = 10
    found = simulated(hub, precision=0.1)
    # ten consignments: five officers take two turns of 30 minutes, ten scanners one of 20; officers just keep up
    assert found.metrics["dwell_mean_hours"].value == pytest.approx(1.0 + 1 / 3, **EXACT)
    assert found.metrics["content_wait_mean_hours"].value == pytest.approx(0.25, rel=0.02)
    assert found.stations["it"].loads["scan_places"].value == pytest.approx(1 / 3, rel=0.02)


def test_boxes_of_a_front_wait_for_their_cranes(kinds, every_hour, simulated):
    found = simulated(every_hour({"it": kinds["transshipment_front"]})).stations["it"]
    # five rounds of two boxes, each of three minutes
    assert found.content_wait.value == pytest.approx(np.mean([0, 1, 2, 3, 4]) * 0.05, rel=0.02)
    assert found.loads["cranes"].value == pytest.approx(0.25, rel=0.02)
    assert found.loads["track_pairs"].value == pytest.approx(0.5, rel=0.02)
    assert found.number.value == pytest.approx(1.0, rel=0.02)


def test_boxes_wait_in_trains_of_any_length(kinds, every_hour, desk, simulated):
    handled = {**desk(1, servers=1, scv=0), "serves": "contents"}
    stages = {"forming": kinds["train_forming"], "last": {**handled, "share": 0.5}}
    found = simulated(every_hour(stages, scv=1.0), most_events=1_500_000)
    own = found.stations["last"].content_wait
    # half of 20 boxes, each by chance, one after the other: E[X (X - 1)] / (2 E[X]) = 19 * 0.5 / 2 minutes
    assert own.value == pytest.approx(19 * 0.5 / 2 / 60, rel=0.1)
    forming = found.stations["forming"].times.queue.value
    assert found.metrics["content_wait_mean_hours"].value == pytest.approx(forming + 0.5 * own.value, rel=1e-9)


def test_containers_wait_for_those_that_are_handled_before(kinds, every_hour, simulated):
    found = simulated(every_hour({"it": {**kinds["berth"], "berths": 4}}))
    assert found.metrics["content_wait_mean_hours"].value == pytest.approx(np.mean(range(10)) / 10, **EXACT)


def test_platforms_are_away_until_they_are_back(kinds, every_hour, simulated):
    pool = {**kinds["platform_pool"], "platforms_per_unit": 2, "platforms": 20}
    found = simulated(every_hour({"it": pool})).stations["it"]
    assert found.loads["platforms"].value == pytest.approx(2 * 4.5 / 20, rel=0.02)


def test_a_pair_waits_for_the_later_one(kinds, document, simulated):
    pairing = {
        "kind": "pairing",
        "standard_gauge_flow": "narrow",
        "broad_gauge_flow": "broad",
        "standard_gauge_room": 3,
        "broad_gauge_room": 5,
    }
    flow = {"unit": "train", "per_day": 24.0, "scv": 0.0}
    hub = document({"gate": kinds["gate"], "pairing": pairing}, flows={"narrow": flow, "broad": flow})
    hub["flows"]["broad"]["route"] = ["pairing"]
    found = simulated(hub)
    assert found.flows["broad"].times.synchronization.value == pytest.approx(0.5, **EXACT)
    assert found.flows["narrow"].times.synchronization.value == pytest.approx(0.0, abs=1e-9)
    assert found.metrics["turned_away_share"].value == 0


def test_of_two_unequal_sides_the_larger_is_turned_away(kinds, document, simulated):
    pairing = {
        "kind": "pairing",
        "standard_gauge_flow": "narrow",
        "broad_gauge_flow": "broad",
        "standard_gauge_room": 4,
        "broad_gauge_room": 4,
    }
    flows = {"narrow": {"unit": "train", "per_day": 20.0}, "broad": {"unit": "train", "per_day": 10.0}}
    found = simulated(document({"pairing": pairing}, flows=flows))
    # a birth-death chain on -4 .. 4: the ratio of neighbors is 2
    weights = 2.0 ** np.arange(9)
    full, empty = weights[-1] / weights.sum(), weights[0] / weights.sum()
    assert near(found.flows["narrow"].turned_away_share, full)
    assert near(found.flows["broad"].turned_away_share, empty)
    waiting = (np.arange(1, 5) * weights[5:]).sum() / weights.sum()
    passed = 20 / 24 * (1 - full)
    assert near(found.flows["narrow"].times.synchronization, waiting / passed)


def test_a_quota_lets_the_rest_pass_at_midnight(kinds, document, simulated):
    ferry = {**kinds["ferry_or_vessel"], "load": 8, "least_load": 8, "vessels": 10}
    stages = {"ferry": ferry, "border": {"kind": "quota", "per_day": 4}}
    found = simulated(document(stages, unit="train", per_day=4.0, scv=0.0), precision=0.1)
    # eight sail every second day at midnight and are there at two: four pass, four have 22 hours to wait
    assert found.metrics["dwell_mean_hours"].value == pytest.approx(21.0 + 2.0 + 11.0, rel=0.02)
    assert found.stations["border"].times.quota.value == pytest.approx(11.0, rel=0.01)
    assert found.stations["ferry"].times.synchronization.value == pytest.approx(21.0, rel=0.02)


def test_a_unit_without_room_holds_its_server(kinds, document, simulated):
    ferry = {**kinds["ferry_or_vessel"], "load": 2, "least_load": 2}
    first = {**kinds["gate"], "lanes": 1}
    second = {**kinds["service"], "servers": 1, "waiting_room": 0}
    first["service_time"] = {"law": "deterministic", "mean_minutes": 15}
    stages = {"ferry": ferry, "first": first, "second": second}
    found = simulated(document(stages, unit="truck", per_day=24.0, scv=0.0))
    # two come together: the second waits 15 minutes, is handled, and waits 15 more on its lane
    assert found.stations["first"].times.queue.value == pytest.approx(0.125, rel=0.02)
    assert found.stations["second"].times.queue.value == pytest.approx(0.125, rel=0.02)
    assert found.stations["second"].blocked_share.value == pytest.approx(0.5, rel=0.02)
    assert found.stations["second"].times.dwell.value == pytest.approx(0.625, rel=0.02)


def test_closing_times_delay_what_comes_at_night(kinds, document, simulated):
    gate = {**kinds["gate"], "calendar": {"shifts": {"day": {"starts_hour": 8.0, "hours": 12.0}}}}
    found = simulated(document({"gate": gate}, unit="truck", per_day=1.0, scv=0.0))
    assert found.metrics["dwell_mean_hours"].value == pytest.approx(8.5, **EXACT)
    assert found.stations["gate"].times.closure.value == pytest.approx(8.0, **EXACT)
    opening = {"opens_hour": 8.0, "hours_per_day": 12.0}
    same = simulated(document({"gate": kinds["gate"]}, unit="truck", per_day=1.0, scv=0.0, opening=opening))
    assert same.metrics["dwell_mean_hours"].value == pytest.approx(8.5, **EXACT)


def erlang_c_wait(per_hour, service_hours, servers):
    """Give the mean wait of M/M/c from the sum over its states."""
    offered = per_hour * service_hours
    terms = [offered**n / math.factorial(n) for n in range(servers)]
    last = offered**servers / math.factorial(servers) / (1 - offered / servers)
    return last / (sum(terms) + last) * service_hours / (servers - offered)


def test_two_desks_in_series_are_exact(desk, document, simulated):
    stages = {"first": desk(60, servers=3), "second": desk(30, servers=1)}
    found = simulated(document(stages, unit="truck", per_day=36.0), precision=0.01, most_events=4_000_000)
    first, second = erlang_c_wait(1.5, 1.0, 3), erlang_c_wait(1.5, 0.5, 1)
    assert near(found.stations["first"].times.queue, first)
    assert near(found.stations["second"].times.queue, second)
    assert near(found.metrics["dwell_mean_hours"], first + second + 1.5)
    assert near(found.stations["first"].utilization, 0.5)
    assert found.metrics["dwell_p50_hours"].value < found.metrics["dwell_p90_hours"].value
    assert found.run.precision_met


def test_the_dwell_of_a_single_desk_is_exponential(desk, document, simulated):
    found = simulated(document({"it": desk(30)}, unit="truck", per_day=36.0), most_events=4_000_000, precision=0.01)
    for name, share in (("dwell_p50_hours", 0.5), ("dwell_p90_hours", 0.9), ("dwell_p95_hours", 0.95)):
        assert near(found.metrics[name], -math.log(1 - share) * 2.0)


def test_a_yard_holds_what_little_says(kinds, document, simulated):
    contents = {"unit": "container", "mean": 50.0, "scv": 0.1, "teu_per_unit": 1.6}
    hub = document({"yard": kinds["yard"]}, unit="train", per_day=8.0, contents=contents)
    found = simulated(hub, most_events=2_000_000)
    mean = 8 / 24 * 50 * 24 * 1.6
    # M^X/G/infinity with exponential stays: variance = mean + lambda E[X(X-1)] m / 2
    pairs = 50**2 * 1.1 - 50
    deviation = math.sqrt(8 / 24 * 24 * (50 + pairs / 2)) * 1.6
    yard = found.yards["yard"]
    assert near(yard.mean_teu, mean)
    assert yard.p50_teu.value == pytest.approx(mean, rel=0.05)
    assert yard.p95_teu.value == pytest.approx(mean + 1.645 * deviation, rel=0.05)
    assert near(found.stations["yard"].utilization, mean / 1000)


def test_breakdowns_add_their_repairs_to_the_work(desk, document, simulated):
    stage = desk(30, breakdowns={"between_hours": 10.0, "repair_hours": 2.0, "repair_scv": 1.0})
    found = simulated(document({"it": stage}, unit="truck", per_day=24.0), most_events=3_000_000)
    mean = 0.5 * 1.2
    # M/G/1 with a completion time: E[C^2] = E[S^2] (1 + f r)^2 + f E[S] E[R^2]
    square = 0.5 * 1.2**2 + 0.1 * 0.5 * 8.0
    assert near(found.stations["it"].utilization, mean)
    assert near(found.metrics["wait_mean_hours"], square / 2 / (1 - mean))
    assert near(found.stations["it"].times.service, mean)


def test_who_is_served_first_waits_less(desk, document, simulated):
    flows = {name: {"unit": "truck", "per_day": 16.0, "priority": rank} for name, rank in (("last", 7), ("first", 2))}
    found = simulated(document({"it": desk(30)}, flows=flows), most_events=3_000_000)
    # Cobham: residual work R = 2/3 * 0.5
    assert near(found.flows["first"].times.queue, 1 / 3 / (1 - 1 / 3))
    assert near(found.flows["last"].times.queue, 1 / 3 / ((1 - 1 / 3) * (1 - 2 / 3)))


def test_a_graph_sends_its_shares(desk, document, simulated):
    route = {"a": {"b": 0.5, "c": 0.3}, "b": {"d": 1.0}, "c": {"d": 1.0}, "d": {}}
    hub = document({name: desk(10, share=0.5 if name == "c" else 1.0) for name in "abcd"}, unit="truck", per_day=48.0)
    hub["flows"]["trains"] = hub["flows"].pop("trains") | {"route": route}
    found = simulated(hub, most_events=2_000_000)
    for stage, share in {"a": 1.0, "b": 0.5, "c": 0.15, "d": 0.8}.items():
        assert near(found.stations[stage].visits_per_day, 48 * share)


def test_units_neither_vanish_nor_multiply(kinds, document, box):
    stages = {
        "gate": {**kinds["gate"], "share": 0.7},
        "front": {**kinds["transshipment_front"], "waiting_room": 1, "yard_share": 0.3},
        "yard": kinds["yard"],
        "forming": kinds["train_forming"],
        "quota": kinds["quota"],
        "line": kinds["line_section"],
    }
    flows = {
        name: {"unit": "train", "per_day": 9.0, "contents": box, "direction": name} for name in ("forward", "return")
    }
    program = program_of(parse_hub(document(stages, flows=flows)))
    outcome = simulate_once(program, slots=10, slot_hours=500.0, seed=3, replication=0, most_events=10**7)
    record = outcome.recording
    assert outcome.ending == Ending.COMPLETE
    assert record.arrived.sum() == record.left.sum() + record.turned_away.sum() + outcome.left_inside
    assert outcome.left_inside < 50
    # two trains of ten boxes each make one of twenty, which runs on the line
    line = program.stages.index("line")
    assert 0 <= 2 * record.visits[:, line].sum() - record.left.sum() <= outcome.left_inside + 4


def test_numbers_at_stages_obey_littles_law(kinds, every_hour, simulated):
    stages = {"front": {**kinds["transshipment_front"], "waiting_room": 2}, "gate": kinds["gate"]}
    found = simulated(every_hour(stages, scv=0.5), most_events=1_000_000)
    for station in found.stations.values():
        little = station.visits_per_day.value / 24 * station.times.dwell.value
        assert station.number.value == pytest.approx(little, rel=0.01)
    dwell = sum(station.times.dwell.value for station in found.stations.values())
    assert found.metrics["dwell_mean_hours"].value == pytest.approx(dwell, rel=1e-3)


def test_an_override_downstream_changes_nothing_upstream(desk, document):
    stages = {"first": desk(60, servers=3), "second": desk(30, servers=2)}
    hub = document(stages, unit="truck", per_day=36.0)
    other = {**hub, "stages": {**stages, "second": desk(20, servers=1)}}
    one, two = (
        simulate_once(program_of(parse_hub(each)), slots=4, slot_hours=500.0, seed=3, replication=0, most_events=10**6)
        for each in (hub, other)
    )
    assert np.array_equal(one.recording.stage_times[:, 0], two.recording.stage_times[:, 0])
    assert not np.array_equal(one.recording.stage_times[:, 1], two.recording.stage_times[:, 1])


def test_the_same_seed_gives_the_same_numbers(desk, document, simulated):
    hub = document({"it": desk(30, servers=1)}, unit="truck", per_day=36.0)
    one, same, other = (simulated(hub, seed=seed) for seed in (None, None, 12))
    assert one == same
    assert other.metrics != one.metrics


def test_without_a_steady_state_there_are_no_means(desk, document, simulated):
    found = simulated(document({"it": desk(60)}, unit="truck", per_day=30.0), most_events=2_000_000)
    assert found.run.status == "growing"
    assert found.run.reason
    assert found.metrics == {}
    assert found.run.growth_per_day == pytest.approx(6.0, rel=0.2)


def test_flows_that_block_each_other_in_a_circle_get_stuck(desk, document, simulated):
    flows = {name: {"unit": "truck", "per_day": 20.0} for name in ("there", "back")}
    hub = document({name: desk(30, waiting_room=0) for name in ("a", "b")}, flows=flows)
    hub["flows"]["back"]["route"] = ["b", "a"]
    assert simulated(hub).run.status == "stuck"


def test_rooms_without_room_bound_the_number(desk, document, simulated):
    stages = {"a": desk(30), "b": desk(30, waiting_room=0)}
    found = simulated(document(stages, unit="truck", per_day=24.0), most_events=2_000_000)
    # two exponential servers without room between them, states (a, b) with a blocked: a tandem of Hunt (1956)
    assert found.run.status == "steady"
    assert near(found.stations["b"].blocked_share, hunt_blocked_share(1.0, 2.0))


def hunt_blocked_share(per_hour, served_per_hour, most=120):
    """Give the share of units that find the second desk busy, from the Markov chain of the numbers before it.

    A state is the units at the first desk (the one that is blocked included) and what the second does: 0 idle, 1 busy,
    2 busy with the first desk blocked.
    """
    size = 3 * most
    rates = np.zeros((size, size))
    for n in range(most):
        for second in range(3):
            here = 3 * n + second
            if n + 1 < most:
                rates[here, here + 3] += per_hour
            if n and second == 0:
                rates[here, here - 3 + 1] += served_per_hour
            if n and second == 1:
                rates[here, here + 1] += served_per_hour
            if second == 1:
                rates[here, here - 1] += served_per_hour
            if n and second == 2:
                rates[here, here - 3 - 1] += served_per_hour
    generator = rates - np.diag(rates.sum(axis=1))
    used = [3 * n + second for n in range(most) for second in range(3) if n or second < 2]
    system = np.vstack([generator[np.ix_(used, used)].T[:-1], np.ones(len(used))])
    shares = dict(zip(used, np.linalg.solve(system, [0.0] * (len(used) - 1) + [1.0]), strict=True))
    busy = sum(share for state, share in shares.items() if state >= 3 and state % 3 == 1)
    idle = sum(share for state, share in shares.items() if state >= 3 and state % 3 == 0)
    return busy / (busy + idle)


def test_a_main_flow_that_does_not_arrive(desk, document, simulated):
    flows = {"main": {"unit": "truck", "per_day": 0.0}, "other": {"unit": "truck", "per_day": 12.0}}
    found = simulated(document({"it": desk(30)}, flows=flows))
    assert found.metrics["throughput_per_day"].value == 0
    assert set(found.flows) == {"other"}
    assert found.stations["it"].flow == "other"


@pytest.mark.slow
@pytest.mark.parametrize("name", hubfixtures.names())
def test_hubs_that_come_with_it_are_simulated(name):
    found = simulate_hub(fixture(name), precision=0.05, most_events=3_000_000)
    assert found.run.status in ("steady", "growing", "unsettled", "out_of_events")
    if found.run.status == "steady":
        through, per_day = found.metrics["throughput_per_day"], fixture(name).main.per_day
        assert near(through, per_day) or through.value == pytest.approx(per_day, rel=0.1)  # some are a train in 12 days
