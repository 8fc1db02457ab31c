"""Capacities one kind at a time: by hand, and what is refused or warned of."""

import json
from pathlib import Path

import numpy as np
import pytest

from hubcalc.calculators import CAPACITY, calculate
from hubcalc.errors import OverrideError

EXAMPLES = json.loads((Path(__file__).parent / "capacity_examples.json").read_text(encoding="utf-8"))


def storage(**more):
    """Ask the tanks of 1 000 000 m3 between 7 800 m3/h and three moorings that load 140 000 m3 in 30 h each."""
    given = {"flow_m3_per_hour": 7800, "cargo_m3": 140_000, "loading_hours": 30, "moorings": 3, "tank_m3": 1_000_000}
    return calculate(CAPACITY["pipeline_storage"], {**given, **more})


def test_how_long_tanks_hold_when_moorings_are_lost():
    asked = storage(moorings_lost=[0, 1, 2, 3], initial_fill_share=0.4, working_share=0.9)
    days = asked.column("days_until_full")
    left = [0.9 * 600_000 / (7800 - n * 140_000 / 30) / 24 for n in (1, 0)]
    assert days.tolist() == pytest.approx([np.inf, np.inf, *left])
    metrics = [result.metrics["days_until_full"] for result in asked.report.results]
    assert metrics[1].verdict.reason == "never: the moorings that are left take the flow away"
    assert [[w.code for w in result.warnings] for result in asked.report.results] == [
        [],
        [],
        ["over_capacity_left"],
        ["over_capacity_left"],
    ]
    # nothing left and empty tanks: the days of the flow
    empty = storage(moorings_lost=3, initial_fill_share=0)
    assert empty.column("days_until_full") == pytest.approx(empty.column("tank_days"))
    assert storage(moorings_lost=2, initial_fill_share=1).column("days_until_full") == 0
    unknown = storage(moorings_lost=2).report.results[0].metrics["days_until_full"].verdict
    assert (unknown.status, unknown.reason) == ("refused", "needs initial_fill_share")
    with pytest.raises(OverrideError, match="no more can be lost"):
        storage(moorings_lost=4).columns()


def test_how_full_tanks_may_be_when_moorings_are_lost():
    given = {"moorings_lost": 2, "target_days_until_full": 5}
    (row,) = calculate(
        CAPACITY["pipeline_storage"], {**storage().questions.columns, **given}, solve_for="initial_fill_share"
    ).to_rows()
    assert row["initial_fill_share"] == pytest.approx(1 - 5 * 24 * (7800 - 140_000 / 30) / 1e6)


def test_tanks_that_overflow_bridge_no_closure():
    metrics = storage(flow_m3_per_hour=15_000).report.results[0].metrics
    assert metrics["longest_closure_hours"].verdict.reason == "the tanks fill even without a closure"
    assert metrics["longest_closure_hours"].verdict.status == "refused"
    assert metrics["needed_tank_m3"].verdict.status == "unstable"
    assert storage(flow_m3_per_hour=15_000).report.results[0].warnings[0].code == "over_capacity"


@pytest.mark.parametrize(
    ("kind", "given", "metric", "reason"),
    [
        ("berth", {"berths": 3, "service_hours": 20}, "wait_ratio", "needs calls_per_year"),
        (
            "yard",
            {"batch_mean": 5, "dwell_hours": 9, "tiers": 3},
            "utilization",
            "needs batches_per_day and ground_slots",
        ),
        ("gate", {"lanes": 3, "service_minutes": 2}, "utilization", "needs vehicles_per_hour or vehicles_per_year"),
        ("railway_line", {"formula": "double_track", "headway_minutes": 9}, "crossing", "only the graph of a single"),
        ("railway_line", {"formula": "single_track", "period_minutes": 9}, "crossing", "needs running_out_minutes and"),
    ],
)
def test_what_is_lacking_is_named(kind, given, metric, reason):
    verdict = calculate(CAPACITY[kind], given, metrics=[metric]).report.results[0].metrics[metric].verdict
    assert verdict.status == "refused"
    assert verdict.reason.startswith(reason)


@pytest.mark.parametrize(
    ("kind", "given", "unused"),
    [
        ("railway_line", {"formula": "double_track", "headway_minutes": 9}, {"period_minutes": 50}),
        ("railway_line", {"formula": "double_track", "headway_minutes": 9}, {"start_minutes": [0, 2]}),
        ("railway_line", {"formula": "scott", "running_minutes": 9}, {"headway_minutes": 5}),
        ("railway_line", {"formula": "single_track", "period_minutes": 50}, {"operation_minutes": 3}),
        ("railway_line", {"formula": "single_track", "period_minutes": 50}, {"running_out_minutes": 20}),
        ("quay", {"berths": 2, "vessel_length_m": 200, "rule": "tenth"}, {"gap_m": 20}),
        ("quay", {"berths": 2, "vessel_length_m": 200}, {"gap_share": 0.2}),
        (
            "line_occupancy",
            {"occupied_minutes": 9, "window_minutes": 60, "practical_utilization": 0.8},
            {"window": "peak_hour"},
        ),
        ("railway_division", {"train_tons": 400, "trains_per_day": 5}, {"passing_tracks": 4}),
    ],
)
def test_inputs_without_effect_are_refused(kind, given, unused):
    assert calculate(CAPACITY[kind], given).size == 1
    with pytest.raises(OverrideError, match=next(iter(unused))):
        calculate(CAPACITY[kind], {**given, **unused}).columns()


@pytest.mark.parametrize("queue", ["E2/E2/n", "M/E2/n", "M/M/n"])
def test_waits_of_vessels_by_hand(queue):
    given = {"berths": 1, "service_hours": 10, "calls_per_year": 438, "queue": queue}  # utilization 0.5
    asked = calculate(CAPACITY["berth"], given)
    by_hand = {"M/E2/n": 0.75, "M/M/n": 1.0, "E2/E2/n": 0.390388}  # P-K; tables of E2/E2/1
    assert asked.column("wait_ratio")[0] == pytest.approx(by_hand[queue], rel=1e-4)
    assert asked.column("wait_mean_hours")[0] == pytest.approx(10 * by_hand[queue], rel=1e-4)
    others = {alternative.method for alternative in asked.report.results[0].alternatives}
    assert len(others) == 2
    assert not any(queue in method for method in others)


def test_statuses_tell_arithmetic_from_rules_of_thumb():
    given = {"berths": 3, "service_hours": 20, "calls_per_year": 500, "queue": "M/M/n"}
    by_table = calculate(CAPACITY["berth"], given).report.results[0].metrics
    by_caller = calculate(CAPACITY["berth"], {**given, "practical_utilization": 0.55}).report.results[0].metrics
    name = "practical_capacity_per_year"
    assert by_table[name].value == by_caller[name].value
    assert by_table[name].verdict.status == "approximate"
    assert by_table[name].verdict.reason == "a planning guideline"
    assert by_caller[name].verdict.status == "exact"


def test_a_pipeline_carries_what_it_loses_pressure_for():
    pipe = {key: value for key, value in EXAMPLES["pipeline"].items() if key != "flow_m3_per_hour"}
    flow = calculate(CAPACITY["pipeline"], pipe).column("theoretical_capacity_m3_per_hour")[0]
    lost = calculate(CAPACITY["pipeline"], {**pipe, "flow_m3_per_hour": flow}).column("pressure_loss_pa")[0]
    assert lost == pytest.approx(pipe["pressure_pa"])
    raised = calculate(CAPACITY["pipeline"], {**pipe, "rise_m": 100, "pressure_pa": 4e6 + 850 * 9.80665 * 100})
    assert raised.column("theoretical_capacity_m3_per_hour")[0] == pytest.approx(flow)
    helped = calculate(CAPACITY["pipeline"], {**pipe, "drag_reduction_share": 0.2, "flow_m3_per_hour": 1300}).report
    metrics = helped.results[0].metrics
    assert metrics["flow_ratio"].value == pytest.approx(0.8 ** (-1 / 1.75))
    assert metrics["theoretical_capacity_m3_per_hour"].verdict.status == "approximate"
    needed = metrics["needed_drag_reduction_share"].value
    assert flow * (1 - needed) ** (-1 / 1.75) == pytest.approx(1300)


def test_regimes_of_a_pipeline():
    pipe = {**EXAMPLES["pipeline"], "viscosity_m2_per_s": [1e-5, 2e-4, 1e-3]}
    asked = calculate(CAPACITY["pipeline"], pipe)
    assert asked.column("regime").tolist() == ["turbulent", "transitional", "laminar"]
    statuses = [r.metrics["theoretical_capacity_m3_per_hour"].verdict.status for r in asked.report.results]
    assert statuses == ["exact", "approximate", "exact"]


def test_appointments_take_the_peak_off():
    given = {**EXAMPLES["gate"], "appointment_share": [0.0, 0.5, 1.0], "appointment_hours_per_day": 20}
    columns = calculate(CAPACITY["gate"], given).columns()
    assert columns["appointed_peak_hour_share"].tolist() == pytest.approx([0.125, 0.0875, 0.05])
    assert np.all(np.diff(columns["wait_mean_minutes"]) < 0)
    assert columns["practical_capacity_per_year"][2] == pytest.approx(2.5 * columns["practical_capacity_per_year"][0])


def test_a_batch_at_booths_by_hand():
    # a bus of 50 at one booth of half a minute: the last waits 49 services
    (row,) = calculate(
        CAPACITY["passenger_hall"], {"booths": 1, "service_minutes": 0.5, "batch_persons": 50, "interval_minutes": 30}
    ).to_rows()
    assert row["wait_last_minutes"] == pytest.approx(24.5)
    assert row["wait_mean_minutes"] == pytest.approx(12.25)
    assert row["persons_mean"] == pytest.approx(100 / 60 * (12.25 + 0.5))  # Little's law
    assert row["queue_area_m2"] == pytest.approx(50 * 0.65)


def test_limits_of_occupancy_are_those_of_the_code_of_uic():
    given = {
        "occupied_minutes": 45,
        "window_minutes": 60,
        "traffic": ["mixed", "suburban"],
        "window": ["peak_hour", "day"],
    }
    found = calculate(CAPACITY["line_occupancy"], given).columns()
    assert found["largest_utilization"].tolist() == [0.75, 0.6, 0.85, 0.7]
    assert found["capacity_consumption_share"].tolist() == pytest.approx([1, 1.25, 0.75 / 0.85, 0.75 / 0.7])
    assert found["spare_minutes"].tolist() == pytest.approx([0, 0, 6, 0], abs=1e-9)
    assert found["excess_minutes"].tolist() == pytest.approx([0, 9, 0, 3], abs=1e-9)


def test_a_division_without_a_path_for_freight():
    given = {"train_tons": 400, "trains_per_day": 5, "passenger_trains_per_day": [2, 5, 8], "tons_per_day": 900}
    results = calculate(CAPACITY["railway_division"], given).report.results
    assert [r.metrics["net_tons_per_day"].value for r in results] == [1200, 0, 0]
    assert results[1].metrics["utilization"].verdict.reason == "passenger trains take all paths"
    assert [r.metrics["growth_per_day"].value for r in results] == [0, 900, 900]


def codes(kind, **more):
    return [[w.code for w in r.warnings] for r in calculate(CAPACITY[kind], {**EXAMPLES[kind], **more}).report.results]


def test_what_is_loaded_too_much_is_warned_of():
    assert codes("berth", calls_per_year=[1000, 1100, 2000]) == [[], ["above_practical"], ["over_capacity"]]
    assert codes("gate", lanes=[4, 5, 6]) == [["over_capacity"], ["above_practical"], []]
    assert codes("fleet", trips_per_day=[90, 99]) == [[], ["over_capacity"]]
    assert codes("line_occupancy", occupied_minutes=[800, 900, 1500]) == [[], ["above_practical"], ["over_capacity"]]
    assert codes("quay") == [[]]
