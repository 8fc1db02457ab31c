"""What holds for every kind of capacity: columns, capacities, overload, verdicts."""

import json
from pathlib import Path

import numpy as np
import pytest

import hubcalc
from hubcalc.calculators import CAPACITY, calculate
from hubmodels.calculators.answers import CalculatorReport

EXAMPLES = json.loads((Path(__file__).parent / "capacity_examples.json").read_text(encoding="utf-8"))
FLOWS = {
    "transshipment_front": "trains_per_day",
    "yard": "batches_per_day",
    "yard_slots": "teu_per_year",
    "berth": "calls_per_year",
    "quay_cranes": "calls_per_year",
    "gate": "vehicles_per_year",
    "passenger_hall": "batch_persons",
    "railway_line": "freight_pairs_per_day",
    "line_occupancy": "occupied_minutes",
    "railway_division": "tons_per_day",
    "pipeline": "flow_m3_per_hour",
    "pipeline_storage": "flow_m3_per_hour",
    "fleet": "trips_per_day",
}
"""The input that loads each kind; a quay is loaded by nothing."""
LOADS = {"pipeline_storage": "loading_utilization"}
"""Metrics that tell the load where `utilization` is that of something else."""


def numbers(asked):
    """Give all metrics that are numbers."""
    columns = {name: asked.column(name) for name in asked.metrics}
    return {name: column for name, column in columns.items() if column.dtype.kind == "f"}


@pytest.mark.parametrize("kind", CAPACITY)
def test_reports_are_whole(kind):
    report = calculate(CAPACITY[kind], EXAMPLES[kind]).report
    assert CalculatorReport.model_validate_json(report.model_dump_json()) == report
    (result,) = report.results
    outputs = {output.name: output for output in CAPACITY[kind].outputs}
    order = [name for name in outputs if name in result.metrics]
    assert list(result.metrics) == order
    for name, metric in result.metrics.items():
        assert metric.unit == outputs[name].unit
        assert metric.value is not None, name
        assert metric.verdict.method
        assert metric.verdict.status in {"exact", "approximate"}
        assert bool(metric.verdict.reason) == (metric.verdict.status == "approximate"), name


@pytest.mark.parametrize("kind", CAPACITY)
def test_every_output_is_answered_by_the_examples_or_by_their_variants(kind):
    asked = calculate(CAPACITY[kind], EXAMPLES[kind])
    assert {output.name for output in CAPACITY[kind].outputs} == set(asked.metrics)


@pytest.mark.parametrize("kind", CAPACITY)
def test_what_is_not_given_takes_its_outputs_with_it(kind):
    calculator, given = CAPACITY[kind], EXAMPLES[kind]
    for name, field in calculator.question.model_fields.items():
        if name in given and not field.is_required() and field.default is None and kind != "railway_line":
            partners = {"wagons", "wagons_per_train", "wagon_cycle_hours"}, {"yard_places", "yard_dwell_hours"}
            gone = next((names for names in partners if name in names), {name})
            if name in {"tiers", "passing_tracks", "speed_km_per_hour", "division_km"}:
                continue  # others need them: tests/calculators/test_questions.py
            less = calculate(calculator, {key: value for key, value in given.items() if key not in gone})
            assert all(np.isfinite(column).all() for column in numbers(less).values()), name


@pytest.mark.parametrize("kind", CAPACITY)
def test_columns_say_what_single_questions_say(kind):
    """Each input at three values: in columns, and one by one."""
    calculator, given = CAPACITY[kind], EXAMPLES[kind]
    for name, value in given.items():
        if isinstance(value, str):
            continue
        values = [value, value + 1, value + 2] if isinstance(value, int) else [value, value * 0.9, value * 0.95]
        together = calculate(calculator, {**given, name: values})
        single = [calculate(calculator, {**given, name: each}) for each in values]
        for metric in together.metrics:
            column = together.column(metric)
            alone = [one.column(metric)[0] for one in single]
            if column.dtype.kind == "f":
                assert column == pytest.approx(alone, rel=1e-9, abs=1e-12), (name, metric)
            else:
                assert column.tolist() == alone


@pytest.mark.parametrize("kind", FLOWS)
def test_utilization_is_the_flow_over_the_theoretical_capacity(kind):
    load = LOADS.get(kind, "utilization")
    flow = EXAMPLES[kind][FLOWS[kind]]
    columns = numbers(calculate(CAPACITY[kind], {**EXAMPLES[kind], FLOWS[kind]: [flow / 2, flow]}))
    assert np.all(columns[load] > 0)
    if kind != "railway_line":  # trains of other kinds load it too
        assert columns[load][1] == pytest.approx(2 * columns[load][0])


@pytest.mark.parametrize("kind", FLOWS)
@pytest.mark.parametrize("factor", [1.0, 3.0, 1e3, 1e6])
def test_overload_gives_growth_and_no_nonsense(kind, factor):
    name, load = FLOWS[kind], LOADS.get(kind, "utilization")
    base = numbers(calculate(CAPACITY[kind], EXAMPLES[kind]))
    top = float(EXAMPLES[kind][name] / base[load][0]) * factor * (1 + 1e-9)
    if kind == "railway_line":
        top = float(EXAMPLES[kind][name] * 2) * factor
    top = min(top, 1e6 if kind in {"passenger_hall", "railway_line"} else 1e9)
    asked = calculate(CAPACITY[kind], {**EXAMPLES[kind], name: top})
    for metric, column in numbers(asked).items():
        assert not np.isnan(column).any(), metric
        assert np.all(column >= 0), metric
    growing = [name for name in asked.metrics if name.startswith(("growth", "backlog", "shortfall", "excess"))]
    if factor > 1:
        assert all(asked.column(name)[0] > 0 for name in growing if name != "shortfall_p95_teu" or factor > 2)
        waits = [name for name in asked.metrics if name.startswith("wait_") and "probability" not in name]
        assert all(np.isinf(asked.column(name)[0]) for name in waits)
    for metric in asked.report.results[0].metrics.values():
        assert (metric.value is None) == (metric.verdict.status in {"unstable", "refused"})


@pytest.mark.parametrize("kind", CAPACITY)
def test_capacities_are_in_order(kind):
    columns = numbers(calculate(CAPACITY[kind], EXAMPLES[kind]))
    for name, column in columns.items():
        if name.startswith("practical_capacity"):
            full = columns.get(name.replace("practical", "theoretical"))
            assert full is None or np.all(column <= full)
        if name.startswith("sustainable_capacity"):
            full = columns.get(name.replace("sustainable", "theoretical"))
            assert full is None or np.all(column < full)


SUSTAINABLE = {
    "transshipment_front": ("sustainable_capacity_per_day", "wait_mean_hours", 2.0),
    "yard": ("sustainable_capacity_per_day", "p95_utilization", 1.0),
    "berth": ("sustainable_capacity_per_year", "wait_ratio", 0.1),
    "gate": ("sustainable_capacity_per_hour", "wait_mean_minutes", 3.0),
    "passenger_hall": ("sustainable_capacity_per_hour", "wait_last_minutes", 15.0),
}


@pytest.mark.parametrize("kind", SUSTAINABLE)
def test_the_sustainable_capacity_is_what_just_meets_the_wait(kind):
    metric, wait, limit = SUSTAINABLE[kind]
    asked = calculate(CAPACITY[kind], EXAMPLES[kind])
    per_flow = asked.column(metric)[0]
    name = FLOWS[kind]
    if kind == "gate":
        given = {key: value for key, value in EXAMPLES[kind].items() if key != "vehicles_per_year"}
        flow, name = per_flow, "vehicles_per_hour"
    else:
        given = EXAMPLES[kind]
        flow = per_flow * given["interval_minutes"] / 60 if kind == "passenger_hall" else per_flow
    assert calculate(CAPACITY[kind], {**given, name: flow}).column(wait) == pytest.approx([limit], rel=1e-6)
    if kind not in ("passenger_hall",):
        inverse = {**{key: value for key, value in given.items() if key != name}, f"target_{wait}": limit}
        (row,) = calculate(CAPACITY[kind], inverse, solve_for=name, metrics=[wait]).to_rows()
        assert row[name] == pytest.approx(flow, rel=1e-6)


def test_a_wait_that_cannot_be_kept_leaves_no_sustainable_capacity():
    given = {"lanes": 1, "service_minutes": 2, "wait_limit_minutes": 1e-9}
    assert calculate(CAPACITY["gate"], given).column("sustainable_capacity_per_hour")[0] == pytest.approx(0, abs=1e-6)


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


@pytest.mark.parametrize("trains_per_day", [3, 10, 15])
@pytest.mark.parametrize("pairs", [2, 4])
@pytest.mark.parametrize("move_scv", [0.0, 0.4])
def test_a_front_is_that_of_a_hub(trains_per_day, pairs, move_scv):
    own = {"cranes": 3, "moves_per_crane_hour": 16.5, "place_minutes": 30, "remove_minutes": 20, "yard_share": 0.2}
    own |= {"standard_gauge_tracks": pairs, "broad_gauge_tracks": 5, "move_scv": move_scv, "rehandling_share": 0.05}
    asked = {**own, "boxes_per_train": 46, "trains_per_day": trains_per_day}
    row = calculate(CAPACITY["transshipment_front"], asked).to_rows()[0]
    contents = {"unit": "container", "mean": 46, "teu_per_unit": 2}
    flow = {"unit": "train", "per_day": trains_per_day, "contents": contents}
    hub = hub_of({"kind": "transshipment_front", **own}, flow)
    names = ["theoretical_capacity_per_day", "practical_capacity_per_day", "wait_mean_hours", "utilization"]
    (expected,) = hubcalc.analyze(hub, metrics=names).to_rows()
    assert {name: row[name] for name in names} == pytest.approx({name: expected[name] for name in names}, rel=1e-9)


def test_a_gate_is_that_of_a_hub():
    row = calculate(CAPACITY["gate"], {"lanes": 4, "service_minutes": 3, "vehicles_per_hour": 60, "service_scv": 0.3})
    gate = {"kind": "gate", "lanes": 4, "service_time": {"mean_minutes": 3, "scv": 0.3}}
    hub = hub_of(gate, {"unit": "truck", "per_day": 24 * 60})
    (expected,) = hubcalc.analyze(hub, metrics=["wait_mean_hours", "utilization"]).to_rows()
    assert row.column("wait_mean_minutes")[0] == pytest.approx(60 * expected["wait_mean_hours"])
    assert row.column("utilization")[0] == pytest.approx(expected["utilization"])


def test_a_yard_is_that_of_a_hub():
    own = {"ground_slots": 600, "tiers": 3, "dwell_hours": 48}
    asked = {**own, "batch_mean": 50, "batches_per_day": 12, "teu_per_box": 1.5, "batch_scv": 0.1, "dwell_scv": 0.5}
    (row,) = calculate(CAPACITY["yard"], asked).to_rows()
    contents = {"unit": "container", "mean": 50, "scv": 0.1, "teu_per_unit": 1.5}
    hub = hub_of({"kind": "yard", **own, "dwell_scv": 0.5}, {"unit": "train", "per_day": 12, "contents": contents})
    (station,) = hubcalc.analyze(hub).report.results[0].stations
    assert row["occupancy_mean_teu"] == pytest.approx(station.details["yard_mean_teu"].value)
    assert row["occupancy_p95_teu"] == pytest.approx(station.details["yard_p95_teu"].value)
    assert row["utilization"] == pytest.approx(station.utilization)
    assert row["theoretical_capacity_per_day"] == pytest.approx(station.theoretical_capacity_per_day)


def test_the_limits_of_a_front_are_named_in_order():
    front = EXAMPLES["transshipment_front"]
    asked = calculate(CAPACITY["transshipment_front"], {**front, "cranes": [1, 4], "yard_places": [2000, 100]})
    assert asked.column("bottleneck").tolist() == ["cranes", "yard", "wagons", "yard"]
    assert asked.column("bottleneck_order").tolist()[0] == "cranes, tracks, wagons, yard"
    for row in asked.to_rows():
        limits = [row[f"{name}_capacity_per_day"] for name in ("track", "crane", "wagon", "yard")]
        assert row["theoretical_capacity_per_day"] == min(limits)


def test_a_yard_that_no_box_passes_is_no_limit():
    front = {**EXAMPLES["transshipment_front"], "yard_share": [0.0, 0.2]}
    asked = calculate(CAPACITY["transshipment_front"], front)
    none, some = (result.metrics["yard_capacity_per_day"] for result in asked.report.results)
    assert none.verdict.status == "refused"
    assert "no box" in none.verdict.reason
    assert some.value == pytest.approx(2000 / 46 / 0.2 / 2.5)


def test_what_is_too_large_for_the_queue_is_refused_and_the_rest_answered():
    berths = calculate(CAPACITY["berth"], {"berths": [2, 200], "service_hours": 20, "calls_per_year": 500})
    few, many = (result.metrics for result in berths.report.results)
    assert few["wait_ratio"].verdict.status == "exact"
    assert many["wait_ratio"].verdict.status == "refused"
    assert "take M/M/n" in many["wait_ratio"].verdict.reason
    assert many["theoretical_capacity_per_year"].value == 200 * 8760 / 20
    front = {**EXAMPLES["transshipment_front"], "cranes": 200}
    refused = calculate(CAPACITY["transshipment_front"], front).report.results[0].metrics
    assert refused["wait_mean_hours"].verdict.status == "refused"
    assert refused["crane_capacity_per_day"].value > 1000
    gate = {**EXAMPLES["gate"], "lanes": 5000}
    assert calculate(CAPACITY["gate"], gate).report.results[0].metrics["wait_mean_minutes"].verdict.status == "refused"


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
