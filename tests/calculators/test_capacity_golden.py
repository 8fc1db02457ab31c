"""Published examples of capacity, asked of the calculators."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from hubcalc.calculators import CAPACITY, calculate

GOLDEN = Path(__file__).parents[1] / "capacity"


def cases(name):
    return json.loads((GOLDEN / name).read_text(encoding="utf-8"))["cases"]


RESOURCES, WAITS = cases("golden_resources.json"), cases("golden_berth_waits.json")
ROAD = {"speed_km_per_hour": 8, "division_km": 110}
DIVISION = {"passing_tracks": 14, **ROAD}


def ask(kind, metric, **given):
    column = calculate(CAPACITY[kind], given, metrics=[metric]).column(metric)
    return column[0] if len(column) == 1 else column


def tons(p, **more):
    return ask("railway_division", "net_tons_per_day", train_tons=p["net_trainload"], **more)


def berth(p, metric, **more):
    times = {"hours_per_day": p["working_hours"], "days_per_year": p.get("days", 365)}
    return ask("berth", metric, calls_per_year=p["ship_calls"], service_hours=p["service_time"], **times, **more)


def needed(p):
    return berth(p, "needed_berths", berths=1, practical_utilization=p["target_BOR"])


def cranes(metric, number, moves, **more):
    given = {"cranes": number, "moves_per_crane_hour": moves, "teu_per_move": 1, "interference_exponent": 1}
    return ask("quay_cranes", metric, **{"call_teu": 1000, **given, **more})


def berth_of(p, metric, **more):
    # a berth of so many containers a day
    return cranes(metric, 1, p["daily"] / 24, practical_utilization=1, **more)


def lanes(p):
    trucks = p["teu"] / p["teu_factor"] * p["truck_moves"]
    # the source takes the design share off the work, not off the capacity
    shares = {"peak_day_share": p["peak_day"], "peak_hour_share": p["peak_hour"], "practical_utilization": 1}
    return ask(
        "gate",
        "needed_lanes",
        lanes=1,
        service_minutes=p["inspection"] * p["design_capacity"],
        vehicles_per_year=trucks,
        working_hours_per_year=p["operational_hours"],
        peak_factor=p["peak_factor"],
        **shares,
    )


def slots(p):
    return ask(
        "yard_slots",
        "needed_ground_slots",
        teu_per_year=p["throughput"],
        dwell_days=p["dwell"],
        tiers=p["height"],
        stacking_share=p["stack_ratio"],
        occupancy_share=p["occupancy"],
        peak_factor=p["peak_factor"],
        days_per_year=p["operational_days"],
    )


def stack(metric, **given):
    return ask("yard_slots", metric, **{"teu_per_year": 1, "dwell_days": 1, "tiers": 1, **given})


def cars(per_day, turnaround_days, reserve=0.1):
    given = {"vehicles": 1, "cycle_hours": turnaround_days * 24, "reserve_share": reserve}
    return ask("fleet", "needed_vehicles", trips_per_day=per_day, **given)


def running(p):
    given = {**DIVISION, "division_km": p["length"], "speed_km_per_hour": p["speed"]}
    return ask("railway_division", "running_hours", train_tons=1, **given)


def scott(p):
    given = {"running_minutes": p["T"], "operation_minutes": p["t"], "practical_utilization": p["E"]}
    return ask("railway_line", "practical_trains_per_day", formula="scott", **given)


FOUND = {
    "NDT": lambda p: tons(p, trains_per_day=p["train_density"]),
    "NDT adjusted": lambda p: tons(
        p, trains_per_day=p["train_density"], passenger_trains_per_day=p["passenger_trains"]
    ),
    "EDT": lambda p: tons(p, trains_per_day=p["train_densities"]).min(),
    "boxcars required": lambda p: cars(p["one_days_dispatch"], p["turnaround"], p["reserve"]),
    "total": lambda p: cars([55, 44, 11], 9).sum(),  # the day's dispatch of each kind
    "RT": running,
    "road engines": lambda p: ask(
        "railway_division", "road_engines", train_tons=1, trains_per_day=p["TD"], terminal_hours=p["TT"], **ROAD
    ),
    "line capacity": scott,
    "daily throughput": lambda p: cranes(
        "practical_capacity_teu_per_day", p["c"], p["m"], hours_per_day=p["h"], practical_utilization=p["o"]
    ),
    "annual throughput": lambda p: berth_of(p, "practical_capacity_teu_per_year"),
    "calls per year": lambda p: berth_of(p, "practical_capacity_per_year", call_teu=p["exchange"]),
    "boxes": lambda p: cranes("call_moves", 1, 1, call_teu=p["vessel"], teu_per_move=p["teu_factor"]),
    "BOR": lambda p: berth(p, "utilization", berths=p["berths"]),
    "n (rounded, source prints 8)": lambda p: round(needed(p)),  # raised, it would be 9
    "n unrounded": needed,
    "wharf length": lambda p: ask("quay", "length_m", rule="tenth", berths=p["n"], vessel_length_m=p["ship_length"]),
    "area": lambda p: stack(
        "volume_area_m2",
        teu_per_year=p["T"],
        dwell_days=p["dwell"],
        teu_volume_m3=p["Sf"],
        stack_height_m=p["stack_height"],
        broken_stowage_share=p["broken_stowage"],
    ),
    "capacity": lambda p: stack(
        "fitting_slots", area_m2=p["area"], usable_share=p["utilisation"], slot_area_m2=p["area_per_container"]
    ),
    "ground slots": slots,
    "lanes": lanes,
}
NOT_FLAT = {"NT"}
"""A list of positions is no flat question: the count of passing tracks is an input."""


@pytest.mark.parametrize("case", [c for c in RESOURCES if c["quantity"] not in NOT_FLAT], ids=lambda case: case["id"])
def test_published_example(case):
    allowed = case["tolerance"]
    limit = allowed.get("abs", 0.0) + allowed.get("rel", 0.0) * abs(case["value"])
    assert abs(float(FOUND[case["quantity"]](case["parameters"])) - case["value"]) <= max(
        limit, 4 * math.ulp(case["value"])
    )


def test_nothing_is_left_out():
    assert {case["quantity"] for case in RESOURCES} == set(FOUND) | NOT_FLAT


def test_how_busy_berths_may_be():
    """All reference values at once: three queues, ten numbers of berths, three limits of the wait."""
    queues, limits = ["E2/E2/n", "M/E2/n", "M/M/n"], [0.1, 0.3, 0.5]
    given = {"queue": queues, "berths": range(1, 11), "wait_ratio_limit": limits, "service_hours": 24}
    rows = calculate(CAPACITY["berth"], given, metrics=["sustainable_utilization"]).to_rows()
    found = {(r["queue"], r["berths"], r["wait_ratio_limit"]): r["sustainable_utilization"] for r in rows}
    for case in WAITS:
        p = case["parameters"]
        queue = "E2/E2/n" if "ratio" in p else f"{p['interarrival']}/{p['service']}/n"
        value = found[queue, p.get("n", p.get("c")), p.get("ratio", p.get("target"))]
        assert value == pytest.approx(case["value"], rel=1e-7), case["id"]


def test_throughput_of_berths_as_busy_as_the_wait_allows():
    # four berths of a vessel of 2300 TEU a day; without waits they would take 3.358 million
    found = ask(
        "berth",
        "sustainable_capacity_teu_per_year",
        berths=4,
        service_hours=24,
        call_teu=2300,
        wait_ratio_limit=[0.1, 0.3],
    )
    assert found / 1e6 == pytest.approx([2.198, 2.650], abs=6e-4)


def test_throughput_by_the_inverse_question():
    given = {"berths": 4, "service_hours": 24, "target_wait_ratio": 0.1}
    (row,) = calculate(CAPACITY["berth"], given, solve_for="calls_per_year", metrics=["utilization"]).to_rows()
    assert row["utilization"] == pytest.approx(0.6544994232018295, rel=1e-7)


def test_occupancy_of_a_yard():
    given = {"batches_per_day": 12, "batch_mean": 50, "dwell_hours": 48}
    (row,) = calculate(CAPACITY["yard"], given).to_rows()
    assert row["occupancy_mean_teu"] == pytest.approx(1200)
    assert row["occupancy_sd_teu"] == pytest.approx(174.9, abs=0.05)
    assert row["occupancy_p95_teu"] == pytest.approx(1493, rel=0.01)  # 1490 calculated, 1496 simulated


def test_worked_example_of_a_single_track():
    periods = {"start_minutes": 2, "stop_minutes": 1, "near_crossing_minutes": 1, "far_crossing_minutes": 2}
    times = {"running_out_minutes": 22, "running_back_minutes": 24, "near_arrival_minutes": 4, "far_arrival_minutes": 3}
    asked = calculate(CAPACITY["railway_line"], {"formula": "single_track", **times, **periods})
    assert asked.column("graph_period_minutes")[0] == 53
    assert asked.column("crossing")[0] == "both start before it"
    given = {"formula": "single_track", "period_minutes": [55, 58]}
    pairs = calculate(CAPACITY["railway_line"], given).column("theoretical_capacity_per_day")
    assert np.floor(pairs).tolist() == [26, 24]
