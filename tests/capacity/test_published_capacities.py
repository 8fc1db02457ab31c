"""Hubs sized by published rules: what the rule allots is just enough, and one less is not."""

import json
from pathlib import Path

import pytest

import hubcalc

CASES = json.loads((Path(__file__).parent / "golden_capacity.json").read_text(encoding="utf-8"))["cases"]


def cases(quantity):
    return [
        pytest.param(case["parameters"], case["value"], id=case["id"]) for case in CASES if case["quantity"] == quantity
    ]


def hub_of(stage, flow):
    return {
        "kind": "dry_port",
        "id": "some-hub",
        "name": "Some hub",
        "country": "KZ",
        "location": {"latitude_deg": 44, "longitude_deg": 80},
        "opening": {"time_zone": "Asia/Almaty"},
        "flows": {"main": {**flow, "route": ["stage"]}},
        "main_flow": "main",
        "stages": {"stage": stage},
    }


@pytest.mark.parametrize(("given", "slots"), cases("ground slots"))
def test_ground_slots_of_a_yard(given, slots):
    per_day = given["throughput"] / given["operational_days"]
    yard = {
        "kind": "yard",
        "ground_slots": 1,
        "tiers": given["height"] * given["stack_ratio"],
        "dwell_hours": given["dwell"] * 24,
        "peak_factor": given["peak_factor"],
        "practical_utilization": given["occupancy"],
    }
    one = {"unit": "container", "mean": 1, "teu_per_unit": 1}
    hub = hub_of(yard, {"unit": "truck", "per_day": per_day, "contents": one})
    name = "practical_capacity_per_day"
    enough, less = hubcalc.analyze(hub, {"stages.stage.ground_slots": [slots, slots - 1]}, metrics=[name]).column(name)
    assert enough >= per_day * (1 - 1e-9)
    assert less < per_day


@pytest.mark.parametrize(("given", "lanes"), cases("lanes"))
def test_lanes_of_a_gate(given, lanes):
    weeks = given["operational_hours"] / (24 * 7)
    boxes_a_week = given["teu"] / given["teu_factor"] * given["truck_moves"] / weeks
    peak_hour = boxes_a_week * given["peak_factor"] * given["peak_day"] * given["peak_hour"]
    minutes = given["inspection"] * given["design_capacity"]
    gate = {"kind": "gate", "lanes": 1, "service_time": {"mean_minutes": minutes, "scv": 1}}
    hub = hub_of(gate, {"unit": "truck", "per_day": 24 * peak_hour})
    (station,) = hubcalc.analyze(hub).report.results[0].stations
    assert station.fewest_stable_servers == lanes
