"""Hubs whose numbers are known: by arithmetic, by exact formulas, by simulation of what they describe."""

import math

import numpy as np
import pytest

import hubcalc
import hubfixtures

MINUTE = 1 / 60
CAPACITIES = [
    *("theoretical_capacity_per_day", "practical_capacity_per_day", "capacity_after_fix_per_day"),
    *("bottleneck", "next_bottleneck", "capacity_teu_per_year"),
]


def simulated_box_wait_minutes(trains, boxes, cranes, minutes, hours_between, runs):
    """Simulate Poisson trains of boxes with constant handling times; give mean and standard error over runs."""
    rng = np.random.default_rng(1)
    # with a constant time per box the cranes take boxes in turn, in the order in which they fall free
    free = np.zeros((runs, cranes))
    clock, waited = np.zeros(runs), np.zeros(runs)
    rounds = np.arange(-(-boxes // cranes))
    for train in range(-trains // 10, trains):
        clock += rng.exponential(hours_between * 60, runs)
        free.sort(axis=1)
        starts = np.maximum(free, clock[:, None])[:, None, :] + rounds[None, :, None] * minutes
        starts = np.sort(starts.reshape(runs, -1), axis=1)[:, :boxes]
        last = np.maximum(free, clock[:, None])
        taken = [len(range(crane, boxes, cranes)) for crane in range(cranes)]
        free = last + np.array(taken) * minutes
        if train >= 0:
            waited += starts.mean(axis=1) - clock
    means = waited / trains
    return means.mean(), means.std(ddof=1) / math.sqrt(runs)


def test_boxes_of_a_train_wait_a_hundred_times_longer_than_single_boxes(document, desk, boxes, values):
    three = document({"cranes": desk(3.4, 3, 0, serves="contents")}, contents=boxes())
    wait = values(three)["content_wait_mean_hours"] * 60
    assert wait == pytest.approx(52.0, abs=0.05)

    one = document({"cranes": desk(3.4 / 3, 1, 0, serves="contents")}, contents=boxes())
    load, minutes = 600 * 3.4 / 3 / 1440, 3.4 / 3
    first, inside = load * 50 * minutes / 2 / (1 - load), 49 / 2 * minutes
    assert values(one)["content_wait_mean_hours"] * 60 == pytest.approx(first + inside, rel=1e-9)
    assert first + inside == pytest.approx(53.1, abs=0.05)

    single = document({"cranes": desk(3.4 / 3, 1, 0)}, per_day=600)
    assert values(single)["wait_mean_hours"] * 60 == pytest.approx(load * minutes / 2 / (1 - load), rel=1e-9)
    assert values(single)["wait_mean_hours"] * 60 == pytest.approx(0.5, abs=0.01)


def test_box_wait_against_simulation(document, desk, boxes, values):
    hub = document({"cranes": desk(3.4, 3, 0, serves="contents")}, contents=boxes())
    mean, error = simulated_box_wait_minutes(1000, 50, 3, 3.4, 2.0, 400)
    assert error < 0.01 * mean
    assert abs(values(hub)["content_wait_mean_hours"] * 60 - mean) < 4 * error


def test_a_train_leaves_with_its_last_box(document, desk, boxes):
    hub = document({"cranes": desk(3.0, 1, 0, serves="contents")}, contents=boxes(40), per_day=2)
    result = hubcalc.analyze(hub).report.results[0]
    unit, box = result.time_split, result.content_time_split
    assert unit.service_hours == pytest.approx(2.0)  # 40 boxes of three minutes
    assert box.service_hours == pytest.approx(0.05)
    # boxes wait for half of the others before them, and for half after them
    assert box.queue_hours - unit.queue_hours == pytest.approx(39 / 2 * 0.05)
    assert box.synchronization_hours == pytest.approx(39 / 2 * 0.05)
    assert unit.synchronization_hours == 0


def khorgos_capacities(hub):
    """Work out the largest westbound flow of each stage, all flows growing together [trains/day]."""
    west, east, trucks = (hub["flows"][flow] for flow in ("westbound", "eastbound", "trucks"))
    stages, trains = hub["stages"], west["per_day"] + east["per_day"]
    load = {}
    for name, per_day in (
        ("reception", west["per_day"]),
        ("departure", west["per_day"]),
        ("departure-to-china", east["per_day"]),
    ):
        load[name] = per_day * minutes(stages[name]["service_time"]) / 1440 / stages[name]["servers"]
    papers, opened = stages["documents"], stages["documents"]["physical"]
    officers = trains * minutes(papers["service_time"]) / 1440 / papers["officers"]
    places = trains * opened["share"] * minutes(opened["service_time"]) / 1440 / opened["places"]
    load["documents"] = max(officers, places)
    pool = stages["platforms"]
    # Little: those away or being loaded are the trains a day times the days of their round
    away = west["per_day"] * (minutes(pool["loading_time"]) + minutes(pool["return_time"])) / 1440
    load["platforms"] = away / (pool["platforms"] // pool["platforms_per_unit"])
    front = stages["front"]
    boxes_of_rail = sum(flow["per_day"] * flow["contents"]["mean"] for flow in (west, east))
    moves = boxes_of_rail * (1 + front["yard_share"]) * (1 + front["rehandling_share"])
    crane_hours = moves / (front["cranes"] * front["moves_per_crane_hour"] * front["crane_availability"])
    pairs = min(front["standard_gauge_tracks"], front["broad_gauge_tracks"])
    shunting_hours = trains * (front["place_minutes"] + front["remove_minutes"]) / 60
    load["front"] = max(crane_hours / 24, (shunting_hours + crane_hours) / 24 / pairs)
    gate = stages["gate"]
    load["gate"] = trucks["per_day"] * minutes(gate["service_time"]) / 1440 / gate["lanes"]
    yard = stages["yard"]
    by_rail = sum(f["per_day"] * f["contents"]["mean"] * f["contents"]["teu_per_unit"] for f in (west, east))
    by_road = trucks["per_day"] * trucks["contents"]["mean"] * trucks["contents"]["teu_per_unit"]
    stored = (by_rail * front["yard_share"] + by_road) * yard["dwell_hours"] / 24 * yard["peak_factor"]
    load["yard"] = stored / (yard["ground_slots"] * yard["tiers"])
    return {name: west["per_day"] / utilization for name, utilization in load.items()}


def minutes(law):
    """Give the mean of a service time by its own numbers."""
    return law["mean_minutes"] if "mean_minutes" in law else law["shift_minutes"] + law["excess_mean_minutes"]


def test_khorgos_gateway_by_hand(values, stations):
    hub = hubfixtures.read("khorgos-gateway")
    limits = khorgos_capacities(hub)
    found = stations("khorgos-gateway", metrics=["utilization"])
    assert found.keys() == limits.keys()
    for name, limit in limits.items():
        assert found[name].theoretical_capacity_per_day == pytest.approx(limit, rel=1e-9), name
        # utilization is the same thing seen from the present flow
        assert found[name].utilization == pytest.approx(hub["flows"]["westbound"]["per_day"] / limit, rel=1e-9)
    metrics = values("khorgos-gateway", metrics=CAPACITIES)
    assert metrics["theoretical_capacity_per_day"] == pytest.approx(min(limits.values()), rel=1e-9)
    # no stage of the document states how far it may be loaded
    usual = {"service": 0.8, "inspection": 0.8, "gate": 0.8, "platform_pool": 0.85}
    usual |= {"transshipment_front": 0.75, "yard": 0.7}
    practical = {name: limit * usual[hub["stages"][name]["kind"]] for name, limit in limits.items()}
    ranked = sorted(practical, key=practical.__getitem__)
    assert [metrics["bottleneck"], metrics["next_bottleneck"]] == ranked[:2]
    assert metrics["practical_capacity_per_day"] == pytest.approx(practical[ranked[0]], rel=1e-9)
    assert metrics["capacity_after_fix_per_day"] == pytest.approx(practical[ranked[1]], rel=1e-9)
    contents = hub["flows"]["westbound"]["contents"]
    teu = practical[ranked[0]] * contents["mean"] * contents["teu_per_unit"] * 365
    assert metrics["capacity_teu_per_year"] == pytest.approx(teu, rel=1e-9)


def test_nur_zholy_by_hand(values, stations):
    # trucks: 4 lanes of 3 min; 8 officers of 9.6 min; at most 800 a day; 6 officers of 11.9 min, of 100 trucks 30 go to
    # 2 scanners of 5.5 min and 10 to 10 places of 2 h; in the other direction 600 trucks and in buses 41.7 x 45 persons
    limits = {
        "entry": 4 * 1440 / 3,
        "documents": 8 * 1440 / 9.6,
        "chinese-quota": 800,
        "chinese-entry": min(6 * 1440 / 11.9, 2 * 1440 / 5.5 / 0.3, 10 * 1440 / 120 / 0.1),
        "exit": 4 * 1440 / 3,
        "chinese-exit": 6 * 1440 / 9.6 * 800 / 600,
        "kazakh-entry": min(8 * 1440 / 9.6, 2 * 1440 / 5.5 / 0.3, 10 * 1440 / 120 / 0.1) * 800 / 600,
        "exit-inland": 4 * 1440 / 3 * 800 / 600,
        "kazakh-booths": 4 * 1440 / 1.5 / 45 * 800 / 41.7,
        "chinese-booths": 4 * 1440 / 1.5 / 45 * 800 / 41.7,
    }
    found = stations("nur-zholy-khorgos", metrics=["utilization"])
    assert found.keys() == limits.keys()
    for name, limit in limits.items():
        assert found[name].theoretical_capacity_per_day == pytest.approx(limit, rel=1e-9), name
        # what follows the Chinese entry control receives what that lets through
        arriving = 6 * 1440 / 11.9 if name == "exit" else 800
        assert found[name].utilization == pytest.approx(arriving / limit, rel=1e-9), name
    metrics = values("nur-zholy-khorgos", metrics=[*CAPACITIES, "throughput_per_day", "wait_mean_hours"])
    assert metrics["bottleneck"] == "chinese-entry"
    assert metrics["theoretical_capacity_per_day"] == pytest.approx(6 * 1440 / 11.9, rel=1e-9)  # 726
    assert metrics["throughput_per_day"] == pytest.approx(6 * 1440 / 11.9, rel=1e-9)
    assert metrics["wait_mean_hours"] is None  # the line grows by 74 trucks a day
    assert found["chinese-entry"].growth_per_day == pytest.approx(800 - 6 * 1440 / 11.9, rel=1e-9)


def test_holidays_lower_the_yearly_capacity_only(document, desk, boxes, values):
    stages = {"desk": desk(30)}
    plain = values(document(stages, contents=boxes()))
    holidays = values(document(stages, contents=boxes(), opening={"holidays": ["01-01", "03-08", "05-01"]}))
    assert holidays.pop("capacity_teu_per_year") == pytest.approx(plain.pop("capacity_teu_per_year") * 362 / 365)
    assert holidays == plain


def test_one_exponential_server_by_hand(document, desk, values):
    # M/M/1: 12 a day, one hour each: utilization 1/2, so the wait is one hour and the dwell exponential of mean 2 h
    metrics = values(document({"desk": desk(60)}))
    assert metrics["wait_mean_hours"] == pytest.approx(1.0)
    assert metrics["dwell_mean_hours"] == pytest.approx(2.0)
    assert metrics["dwell_p90_hours"] == pytest.approx(2 * math.log(10), rel=1e-9)
    assert metrics["content_wait_mean_hours"] is None


def test_wait_of_tandem_and_shares_by_hand(document, desk, values, stations):
    hub = document({"all": desk(60), "some": desk(120, share=0.25)})
    # a quarter of a Poisson flow: 3 a day of 2 h, utilization 1/4, so those who visit wait 2/3 h
    assert stations(hub)["some"].wait_mean_hours == pytest.approx(2 / 3)
    assert stations(hub)["some"].utilization == pytest.approx(1 / 4)
    metrics = values(hub)
    assert metrics["wait_mean_hours"] == pytest.approx(1 + 1 / 4 * 2 / 3)
    assert metrics["dwell_mean_hours"] == pytest.approx(1 + 1 + 1 / 4 * (2 / 3 + 2))


def test_flows_in_opposite_directions_settle(document, desk, values):
    flows = {
        "west": {"unit": "train", "per_day": 6, "scv": 0.5, "route": ["a", "b"]},
        "east": {"unit": "train", "per_day": 6, "scv": 0.5, "route": ["b", "a"]},
    }
    hub = document({"a": desk(60, 1, 0.3), "b": desk(60, 1, 0.3)}, flows=flows)
    result = hubcalc.analyze(hub).report.results[0]
    west, east = result.stations
    assert west.wait_mean_hours == pytest.approx(east.wait_mean_hours, rel=1e-9)
    by_east = values({**hub, "main_flow": "east"})
    for name, value in values(hub).items():
        if isinstance(value, float):
            assert by_east[name] == pytest.approx(value, rel=1e-8), name


def test_flows_in_opposite_directions_of_exponential_queues_have_product_form(document, desk, values):
    flows = {
        "west": {"unit": "train", "per_day": 6, "route": ["a", "b"]},
        "east": {"unit": "train", "per_day": 6, "route": ["b", "a"]},
    }
    metrics = values(document({"a": desk(60), "b": desk(60)}, flows=flows))
    assert metrics["wait_mean_hours"] == pytest.approx(2.0)  # two times M/M/1 at utilization 1/2


def test_merged_poisson_flows_make_one(document, desk, values):
    flows = {key: {"unit": "truck", "per_day": 6} for key in ("a", "b")}
    whole = document({"gate": desk(60)}, per_day=12)
    assert values(document({"gate": desk(60)}, flows=flows))["wait_mean_hours"] == pytest.approx(
        values(whole)["wait_mean_hours"], rel=1e-12
    )


def test_a_flow_of_nothing_changes_nothing(document, desk, values):
    stages = {"a": desk(50, 1, 0.3), "b": desk(40, 1, 0.3)}
    alone = values(document(stages, flows={"west": {"unit": "train", "per_day": 12, "scv": 0.6}}))
    flows = {"west": {"unit": "train", "per_day": 12, "scv": 0.6}, "none": {"unit": "train", "per_day": 0, "scv": 1.5}}
    beside = values(document(stages, flows=flows))
    for name, value in alone.items():
        if isinstance(value, float):
            assert beside[name] == pytest.approx(value, rel=1e-9), name


def test_closing_for_half_of_the_day(document, desk, stations):
    # 4.8 a day (0.2/h), two hours each while open: arrivals at 0.4 of the capacity while open
    hub = document({"desk": desk(120, 1, 0.5)}, per_day=4.8, opening={"hours_per_day": 12})
    result = hubcalc.analyze(hub).report.results[0]
    assert result.time_split.closure_hours == pytest.approx(12**2 / (2 * 24) / (1 - 0.4))
    assert result.time_split.closure_hours == pytest.approx(5.0)
    # the same work in half the time
    assert stations(hub)["desk"].utilization == pytest.approx(0.8)
    assert stations(hub)["desk"].theoretical_capacity_per_day == pytest.approx(6.0)
    dwell = result.metrics["dwell_mean_hours"]
    assert dwell.verdict.status == "approximate"
    assert "closing_times" in {advice.code for advice in result.warnings}


def test_stages_close_together(document, desk):
    opening = {"hours_per_day": 12}
    one = hubcalc.analyze(document({"a": desk(120, 1, 0.5)}, per_day=4.8, opening=opening)).report.results[0]
    faster_after = {"a": desk(120, 1, 0.5), "b": desk(30, 1, 0.5)}
    two = hubcalc.analyze(document(faster_after, per_day=4.8, opening=opening)).report.results[0]
    # who was held back by the first stage comes to the second while it is open
    assert two.time_split.closure_hours == pytest.approx(one.time_split.closure_hours)
    assert two.stations[1].closure_mean_hours == pytest.approx(0)


def test_a_hub_that_never_closes_has_no_closure(values, document, desk):
    hub = document({"desk": desk(60)})
    assert hubcalc.analyze(hub).report.results[0].time_split.closure_hours == 0


def yard_of_trains(rng, runs, trains_per_hour, boxes, dwell_hours):
    """Simulate how many boxes a yard holds: each train's boxes are still there with probability exp(-age / dwell)."""
    horizon = 14 * dwell_hours
    trains = rng.poisson(trains_per_hour * horizon, runs)
    ages = rng.uniform(0, horizon, (runs, trains.max()))
    there = rng.binomial(boxes, np.exp(-ages / dwell_hours))
    return np.where(np.arange(trains.max()) < trains[:, None], there, 0).sum(axis=1)


def test_yard_is_sized_for_trains_not_for_boxes(document, front, boxes, stations):
    yard = {"kind": "yard", "ground_slots": 600, "tiers": 3, "dwell_hours": 48}
    details = stations(document({"yard": yard}, contents=boxes(teu=1)))["yard"].details
    assert details["yard_mean_teu"].value == pytest.approx(1200)
    assert details["boxes_stored_per_day"].value == pytest.approx(600)
    # simulated elsewhere: mean 1197, standard deviation 176, P95 1496
    assert details["yard_p95_teu"].value == pytest.approx(1496, rel=0.01)

    held = yard_of_trains(np.random.default_rng(3), 5000, 0.5, 50, 48)
    assert abs(held.mean() - 1200) < 4 * held.std() / math.sqrt(held.size)
    p95 = [np.quantile(part, 0.95) for part in np.array_split(held, 20)]
    error = np.std(p95, ddof=1) / math.sqrt(20)
    gamma_law = 0.01 * 1496  # what the law of the occupancy may be off
    assert abs(details["yard_p95_teu"].value - np.quantile(held, 0.95)) < 4 * error + gamma_law


def test_yard_gets_what_the_front_puts_through_it(document, front, boxes, stations):
    yard = {"kind": "yard", "ground_slots": 600, "tiers": 3, "dwell_hours": 48}
    hub = document({"front": front(yard_share=0.25), "yard": yard}, contents=boxes(teu=2))
    found = stations(hub)["yard"]
    assert found.details["boxes_stored_per_day"].value == pytest.approx(150)
    assert found.details["yard_mean_teu"].value == pytest.approx(600)
    assert found.utilization == pytest.approx(600 / 1800)
    assert found.wait_mean_hours == 0
    # no yard share, no boxes
    assert stations(hub, {"stages.front.yard_share": 0})["yard"].details["yard_mean_teu"].value == 0


def test_storage_is_no_part_of_the_dwell(document, front, boxes, values):
    yard = {"kind": "yard", "ground_slots": 600, "tiers": 3, "dwell_hours": 48}
    with_yard = values(document({"front": front(), "yard": yard}, contents=boxes()))
    without = values(document({"front": front()}, contents=boxes()))
    assert with_yard["dwell_mean_hours"] == pytest.approx(without["dwell_mean_hours"])
    assert with_yard["wait_mean_hours"] == pytest.approx(without["wait_mean_hours"])


def test_front_with_tracks_in_plenty_is_a_crane_queue(document, front, desk, boxes, values):
    shunting = {"place_minutes": 0, "remove_minutes": 0}
    many = {"standard_gauge_tracks": 200, "broad_gauge_tracks": 300}
    cranes = values(document({"cranes": desk(3.0, 3, 0, serves="contents")}, contents=boxes()))
    joined = values(document({"front": front(**many, **shunting)}, contents=boxes()))
    for name in ("wait_mean_hours", "content_wait_mean_hours", "dwell_mean_hours"):
        assert joined[name] == pytest.approx(cranes[name], rel=1e-9), name


def test_the_scarcer_gauge_counts(document, front, boxes, values):
    hub = document({"front": front(standard_gauge_tracks=2, broad_gauge_tracks=5)}, contents=boxes())
    swapped = document({"front": front(standard_gauge_tracks=5, broad_gauge_tracks=2)}, contents=boxes())
    assert values(hub) == values(swapped)
