"""Published capacity examples, resource by resource."""

import json
from pathlib import Path

import pytest

from hubcalc.capacity import (
    berth_calls_per_year,
    berth_utilization,
    call_hours,
    division_running_hours,
    division_tons_per_day,
    effective_passing_tracks,
    end_delivery_tons_per_day,
    gate_lanes,
    ground_slots,
    needed_berths,
    peak_vehicles_per_hour,
    quay_length_m,
    road_engines,
    rolling_stock,
    scott_trains_per_day,
    slots_on_area,
    yard_area_m2,
)

CASES = json.loads((Path(__file__).parent / "golden_resources.json").read_text(encoding="utf-8"))["cases"]


def needed_from(p):
    hours = p["working_hours"]
    return float(needed_berths(p["ship_calls"], p["service_time"], p["target_BOR"], hours, p.get("days", 365)))


def berth_teu_per_day(p):
    # one berth, a TEU per move, vessels of any size
    hours = call_hours(1000, 1, p["c"], p["m"])
    return berth_calls_per_year(1, p["o"], hours, p["h"], days_per_year=1) * 1000


def lanes(p):
    trucks = p["teu"] / p["teu_factor"] * p["truck_moves"]
    peak = peak_vehicles_per_hour(trucks, p["operational_hours"], p["peak_factor"], p["peak_day"], p["peak_hour"])
    # the source takes the design share off the work, not off the capacity
    return gate_lanes(peak, p["inspection"] * p["design_capacity"])


def slots(p):
    shares = (p["stack_ratio"], p["occupancy"], p["peak_factor"], p["operational_days"])
    return ground_slots(p["throughput"], p["dwell"], p["height"], *shares)


def wharf(p):
    return quay_length_m(p["n"], p["ship_length"])


FOUND = {
    "NDT": lambda p: division_tons_per_day(p["net_trainload"], p["train_density"]),
    "NDT adjusted": lambda p: division_tons_per_day(p["net_trainload"], p["train_density"], p["passenger_trains"]),
    "EDT": lambda p: end_delivery_tons_per_day(division_tons_per_day(p["net_trainload"], p["train_densities"])),
    "NT": lambda p: effective_passing_tracks(p["mileposts"], 5),
    "boxcars required": lambda p: rolling_stock(p["one_days_dispatch"], p["turnaround"], p["reserve"]),
    "total": lambda p: sum(rolling_stock([55, 44, 11], 9)),  # the day's dispatch of each kind
    "RT": lambda p: division_running_hours(p["length"], p["speed"]),
    "road engines": lambda p: road_engines(p["TD"], p["RT"], p["TT"]),
    "line capacity": lambda p: scott_trains_per_day(p["T"], p["t"], p["E"]),
    "daily throughput": berth_teu_per_day,
    "annual throughput": lambda p: berth_calls_per_year(1, 1, 24) * p["daily"],
    "calls per year": lambda p: berth_calls_per_year(1, 1, 24 * p["exchange"] / p["daily"]),
    "boxes": lambda p: call_hours(p["vessel"], p["teu_factor"], 1, 1),  # at a box an hour
    "BOR": lambda p: berth_utilization(p["ship_calls"], p["service_time"], p["berths"], p["working_hours"], p["days"]),
    "n (rounded, source prints 8)": lambda p: round(needed_from(p)),  # raised, it would be 9
    "n unrounded": needed_from,
    "wharf length": wharf,
    "area": lambda p: yard_area_m2(p["T"], p["dwell"], p["Sf"], p["stack_height"], p["broken_stowage"]),
    "capacity": lambda p: slots_on_area(p["area"], p["utilisation"], p["area_per_container"]),
    "ground slots": slots,
    "lanes": lanes,
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_golden_example(case, agrees):
    found = FOUND[case["quantity"]](case["parameters"])
    agrees({"model": "capacity", **case}, float(found), 1e-15)


def test_nothing_is_left_out():
    assert len(CASES) == 31
    assert {case["quantity"] for case in CASES} == set(FOUND)


def test_each_example_says_where_it_is_from():
    file = json.loads((Path(__file__).parent / "golden_resources.json").read_text(encoding="utf-8"))
    for case in CASES:
        source = file["sources"][case["source"]]
        assert source["title"]
        assert source["authority"]
