"""Inverse questions of every kind against brute force: the value does, and the next one does not."""

import json
from pathlib import Path

import numpy as np
import pytest

from hubcalc import capacity, queueing
from hubcalc.calculators import CAPACITY, calculate

EXAMPLES = json.loads((Path(__file__).parent / "capacity_examples.json").read_text(encoding="utf-8"))

WHOLE = [
    ("transshipment_front", "cranes", "crane_capacity_per_day", 30, range(1, 12)),
    ("transshipment_front", "cranes", "practical_capacity_per_day", 14.6, range(1, 12)),
    ("transshipment_front", "cranes", "wait_mean_hours", 0.5, range(1, 8)),
    ("transshipment_front", "standard_gauge_tracks", "track_utilization", 0.4, range(1, 6)),
    ("yard", "ground_slots", "p95_utilization", 0.9, range(400, 700)),
    ("yard", "ground_slots", "utilization", 0.7, range(400, 700)),
    ("yard_slots", "ground_slots", "practical_capacity_teu_per_year", 219_000, range(500, 800)),
    ("berth", "berths", "utilization", 0.6, range(1, 10)),
    ("berth", "berths", "wait_ratio", 0.1, range(1, 10)),
    ("berth", "berths", "practical_capacity_per_year", 1025, range(1, 10)),
    ("berth", "berths", "sustainable_capacity_per_year", 1025, range(1, 10)),
    ("quay", "berths", "length_m", 1500, range(1, 10)),
    ("quay_cranes", "cranes", "theoretical_capacity_teu_per_year", 1_200_000, range(1, 12)),
    ("quay_cranes", "cranes", "call_hours", 15, range(1, 12)),
    ("gate", "lanes", "wait_mean_minutes", 0.5, range(1, 15)),
    ("gate", "lanes", "utilization", 0.8, range(1, 15)),
    ("gate", "lanes", "practical_capacity_per_year", 200_000, range(1, 15)),
    ("passenger_hall", "booths", "wait_last_minutes", 15, range(1, 20)),
    ("railway_division", "passing_tracks", "net_tons_per_day", 5000, range(25)),
    ("fleet", "vehicles", "practical_capacity_per_day", 98, range(1100, 1300)),
    ("fleet", "vehicles", "utilization", 0.9, range(1100, 1300)),
]


@pytest.mark.parametrize(("kind", "name", "metric", "target", "tried"), WHOLE)
def test_whole_values_against_trying_all(kind, name, metric, target, tried):
    given = {key: value for key, value in EXAMPLES[kind].items() if key != name}
    question = {**given, f"target_{metric}": target}
    (row,) = calculate(CAPACITY[kind], question, solve_for=name, metrics=[metric]).to_rows()
    values = calculate(CAPACITY[kind], {**given, name: list(tried)}, metrics=[metric]).column(metric)
    more_is_better = CAPACITY[kind].output(metric).met_from
    meets = values >= target * (1 - 1e-12) if more_is_better else values <= target * (1 + 1e-12)
    assert meets.any()
    assert not meets.all()
    enough = np.array(tried)[meets]
    helps = meets[-1]
    assert row[name] == (enough[0] if helps else enough[-1])


REAL = [
    ("transshipment_front", "trains_per_day", "wait_mean_hours", 1.0),
    ("transshipment_front", "place_minutes", "track_utilization", 0.5),
    ("yard", "dwell_hours", "sustainable_capacity_per_day", 20),
    ("yard", "dwell_hours", "practical_capacity_per_day", 15),
    ("yard_slots", "dwell_days", "practical_capacity_teu_per_year", 219_000),
    ("berth", "service_hours", "wait_ratio", 0.1),
    ("berth", "calls_per_year", "utilization", 0.6),
    ("quay", "gap_m", "length_m", 1500),
    ("quay_cranes", "moves_per_crane_hour", "call_hours", 15),
    ("gate", "service_minutes", "wait_mean_minutes", 1),
    ("gate", "appointment_share", "peak_vehicles_per_hour", 100),
    ("passenger_hall", "interval_minutes", "utilization", 0.9),
    ("passenger_hall", "batch_persons", "wait_last_minutes", 15),
    ("railway_line", "running_out_minutes", "practical_capacity_per_day", 20),
    ("railway_line", "freight_pairs_per_day", "utilization", 0.8),
    ("line_occupancy", "occupied_minutes", "capacity_consumption_share", 1),
    ("railway_division", "speed_km_per_hour", "net_tons_per_day", 5000),
    ("pipeline", "diameter_m", "theoretical_capacity_m3_per_hour", 2000),
    ("pipeline", "flow_m3_per_hour", "pressure_loss_pa", 3e6),
    ("pipeline", "drag_reduction_share", "theoretical_capacity_m3_per_hour", 1300),
    ("pipeline_storage", "tank_m3", "longest_closure_hours", 48),
    ("pipeline_storage", "closure_hours", "needed_tank_m3", 350_000),
    ("pipeline_storage", "working_share", "needed_tank_m3", 350_000),
    ("fleet", "cycle_hours", "practical_capacity_per_day", 98),
    ("fleet", "trips_per_day", "utilization", 0.9),
]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "name", "metric", "target"), REAL)
def test_real_values_just_meet_the_target(kind, name, metric, target):
    given = {key: value for key, value in EXAMPLES[kind].items() if key != name}
    question = {**given, f"target_{metric}": target}
    (row,) = calculate(CAPACITY[kind], question, solve_for=name, metrics=[metric]).to_rows()
    assert row[metric] == pytest.approx(target, rel=1e-8)
    beside = [row[name] * (1 - 1e-4), row[name] * (1 + 1e-4)]
    less, more = calculate(CAPACITY[kind], {**given, name: beside}, metrics=[metric]).column(metric)
    assert (less < target < more) or (less > target > more)


def test_berths_for_a_wait_are_those_of_the_formula():
    calls = [300, 600, 1025, 2000]
    given = {"calls_per_year": calls, "service_hours": 20, "target_wait_ratio": 0.1}
    found = calculate(CAPACITY["berth"], given, metrics=["wait_ratio"]).columns()["berths"]
    assert found.tolist() == capacity.fewest_berths_for_wait_ratio(np.array(calls) / 8760, 20, 0.1, 0.5).tolist()


def test_lanes_for_a_wait_are_those_of_the_formula():
    rates = np.array([20.0, 100.0, 900.0])
    given = {"vehicles_per_hour": rates, "service_minutes": 2, "target_wait_mean_minutes": 0.5}
    found = calculate(CAPACITY["gate"], given, metrics=["wait_mean_minutes"]).columns()["lanes"]
    assert found.tolist() == queueing.fewest_servers_for_wait(rates, 2 / 60, 0.5 / 60).tolist()


def test_what_is_needed_is_what_is_found():
    """Each `needed` output answers one inverse question directly."""
    yard = EXAMPLES["yard"]
    question = {key: value for key, value in yard.items() if key != "ground_slots"} | {"target_p95_utilization": 1}
    (row,) = calculate(CAPACITY["yard"], question, solve_for="ground_slots").to_rows()
    assert row["ground_slots"] == row["needed_ground_slots"]
    question = {"service_minutes": 2, "vehicles_per_hour": 132, "target_utilization": 0.8}
    (row,) = calculate(CAPACITY["gate"], question).to_rows()
    assert row["lanes"] == row["needed_lanes"]
    question = {"flow_m3_per_hour": 5000, "cargo_m3": 120_000, "loading_hours": 12, "closure_hours": 48}
    storage = CAPACITY["pipeline_storage"]
    (row,) = calculate(storage, {**question, "target_utilization": 1}, solve_for="tank_m3").to_rows()
    assert row["tank_m3"] == pytest.approx(row["needed_tank_m3"])
    hall = {key: value for key, value in EXAMPLES["passenger_hall"].items() if key != "booths"}
    (row,) = calculate(CAPACITY["passenger_hall"], {**hall, "target_wait_last_minutes": 15}).to_rows()
    assert row["booths"] == row["fewest_booths"] == 7
    fleet = {"cycle_hours": 240, "trips_per_day": 90, "target_utilization": 1}
    (row,) = calculate(CAPACITY["fleet"], fleet).to_rows()
    assert row["vehicles"] == row["needed_vehicles"]


def test_many_rows_are_searched_at_once():
    calls = np.linspace(100, 4000, 200)
    given = {"calls_per_year": calls, "service_hours": 20, "queue": "M/M/n", "target_utilization": 0.5}
    found = calculate(CAPACITY["berth"], given, metrics=["utilization"]).columns()
    assert found["berths"].tolist() == np.ceil(calls * 20 / 8760 / 0.5).tolist()
