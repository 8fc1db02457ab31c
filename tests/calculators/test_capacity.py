"""What holds for every kind of capacity: columns, capacities, overload, verdicts."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import hubcalc
from hubcalc.calculators import CAPACITY, calculate
from hubcalc.queueing import mmc_wait_mean_hours
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


@pytest.mark.slow
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
            readings = less.answered[0][2]
            lacking = {metric for metric in less.metrics if np.all(readings[metric].refused)}
            assert all(readings[metric].reason.startswith("needs ") for metric in lacking), name
            found = {metric: column for metric, column in numbers(less).items() if metric not in lacking}
            assert all(np.isfinite(column).all() for column in found.values()), name
            assert set(less.metrics) == {output.name for output in calculator.outputs}


@pytest.mark.slow
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


@pytest.mark.slow
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
        if metric == "longest_closure_hours" and asked.column(load)[0] >= 1:
            assert asked.answered[0][2][metric].reason == "the tanks fill even without a closure"
            continue
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
    if kind == "yard":  # a quantile is a whole number of boxes, so it goes beyond the places by a step
        around = calculate(CAPACITY[kind], {**given, name: [flow * (1 - 1e-6), flow * (1 + 1e-6)]}).column(wait)
        assert around[0] <= limit < around[1]
        return
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
    # a hub may solve the queue that is interpolated here
    assert row.column("wait_mean_minutes")[0] == pytest.approx(60 * expected["wait_mean_hours"], rel=0.01)
    assert row.column("utilization")[0] == pytest.approx(expected["utilization"])


def test_a_yard_is_that_of_a_hub():
    own = {"ground_slots": 600, "tiers": 3, "dwell_hours": 48}
    asked = {**own, "batch_mean": 50, "batches_per_day": 12, "teu_per_box": 1.5, "batch_scv": 0.1, "dwell_scv": 0.5}
    (row,) = calculate(CAPACITY["yard"], asked).to_rows()
    contents = {"unit": "container", "mean": 50, "scv": 0.1, "teu_per_unit": 1.5}
    hub = hub_of({"kind": "yard", **own, "dwell_scv": 0.5}, {"unit": "train", "per_day": 12, "contents": contents})
    (station,) = hubcalc.analyze(hub).report.results[0].stations
    assert row["occupancy_mean_teu"] == pytest.approx(station.details["yard_mean_teu"].value)
    # a hub takes a gamma law of the same moments
    assert row["occupancy_p95_teu"] == pytest.approx(station.details["yard_p95_teu"].value, rel=0.01)
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


def test_what_is_too_large_for_the_queue_of_a_front_is_refused_and_the_rest_answered():
    front = {**EXAMPLES["transshipment_front"], "cranes": 200}
    refused = calculate(CAPACITY["transshipment_front"], front).report.results[0].metrics
    assert refused["wait_mean_hours"].verdict.status == "refused"
    assert refused["crane_capacity_per_day"].value > 1000


@pytest.mark.parametrize("queue", ["E2/E2/n", "M/E2/n"])
def test_waits_at_more_berths_than_can_be_solved_are_approximate(queue):
    full = 8760 / 20
    calls = [0.95 * 30 * full, 0.95 * 31 * full, 0.99 * 1000 * full]
    given = {"service_hours": 20, "queue": queue}
    asked = [
        calculate(CAPACITY["berth"], {**given, "berths": n, "calls_per_year": c}).report.results[0].metrics
        for n, c in zip((30, 31, 1000), calls, strict=True)
    ]
    names = ("wait_ratio", "wait_mean_hours", "wait_probability", "sustainable_capacity_per_year")
    assert [[m[name].verdict.status for name in names] for m in asked] == [["exact"] * 4, *[["approximate"] * 4] * 2]
    assert asked[1]["wait_ratio"].verdict.expected_error is None
    assert "two moments" in asked[1]["wait_ratio"].verdict.reason
    # one berth more at the same utilization: 30 are solved exactly, and waits go about as 1 / n
    for name in ("wait_ratio", "wait_mean_hours"):
        assert asked[1][name].value == pytest.approx(asked[0][name].value * 30 / 31, rel=0.05)
    assert asked[1]["wait_probability"].value == pytest.approx(asked[0]["wait_probability"].value, rel=0.05)
    kept = [m["sustainable_capacity_per_year"].value / n for m, n in zip(asked, (30, 31, 1000), strict=True)]
    assert kept[0] < kept[1] < kept[2] < full
    assert kept[1] == pytest.approx(kept[0], rel=0.005)


def test_few_and_many_berths_in_one_column():
    given = {"service_hours": 20, "calls_per_year": 12_000}
    together = calculate(CAPACITY["berth"], {**given, "berths": [29, 30, 31, 40]}).columns()
    alone = [calculate(CAPACITY["berth"], {**given, "berths": n}).columns() for n in (29, 30, 31, 40)]
    for name in ("wait_ratio", "wait_probability", "sustainable_utilization"):
        assert together[name] == pytest.approx([one[name][0] for one in alone])
    assert np.all(np.diff(together["wait_ratio"]) < 0)


def test_waits_at_ten_thousand_lanes():
    given = {"lanes": 10_000, "service_minutes": 2, "vehicles_per_hour": 299_900, "wait_limit_minutes": 0.1}
    metrics = calculate(CAPACITY["gate"], {**given, "service_scv": [0.5, 1.0]}).report.results
    between, exponential = (result.metrics for result in metrics)
    assert exponential["wait_mean_minutes"].verdict.status == "exact"
    expected = 60 * float(mmc_wait_mean_hours(299_900, 2 / 60, 10_000))
    assert exponential["wait_mean_minutes"].value == pytest.approx(expected)
    assert between["wait_mean_minutes"].verdict.status == "approximate"
    assert between["wait_mean_minutes"].verdict.expected_error is None
    assert expected / 2 < between["wait_mean_minutes"].value < expected  # M/D/c waits no less than half
    assert between["sustainable_capacity_per_hour"].value > exponential["sustainable_capacity_per_hour"].value


@pytest.mark.parametrize("per_day", [0.05, 1, 3, 12])
def test_a_yard_of_few_trains_and_a_constant_dwell_holds_a_poisson_number_of_them(per_day):
    given = {"batch_mean": 50, "dwell_hours": 48, "dwell_scv": 0, "batches_per_day": per_day}
    metrics = calculate(CAPACITY["yard"], given).report.results[0].metrics
    for name, level in (("occupancy_p50_teu", 0.5), ("occupancy_p95_teu", 0.95)):
        assert metrics[name].value == 50 * stats.poisson.ppf(level, 2 * per_day)
        assert metrics[name].verdict.status == "exact"


def test_a_yard_says_how_far_its_law_is_known():
    given = {"batch_mean": 50, "dwell_hours": 48, "batches_per_day": 3}

    def verdict(**more):
        return calculate(CAPACITY["yard"], {**given, **more}).report.results[0].metrics["occupancy_p95_teu"].verdict

    assert verdict(dwell_scv=1.0).status == "exact"
    for more in ({"dwell_scv": 0.5}, {"batch_scv": 0.2}, {"batch_mean": 50.5}):
        assert verdict(**more).expected_error is None
        assert "taken as" in verdict(**more).reason
    fitted = verdict(batch_mean=5000, batches_per_day=100)
    assert 0 < fitted.expected_error < 0.03
    assert "gamma law" in fitted.reason


@pytest.mark.parametrize("kind", CAPACITY)
def test_no_capacity_is_endless_by_overload(kind):
    """What is good from a value upward never comes as inf of an overload, but for tanks that never fill."""
    flow = {FLOWS[kind]: EXAMPLES[kind][FLOWS[kind]] * 50} if kind in FLOWS else {}
    asked = calculate(CAPACITY[kind], {**EXAMPLES[kind], **flow})
    good = [output.name for output in CAPACITY[kind].outputs if output.met_from]
    assert not any(np.isinf(column).any() for name, column in numbers(asked).items() if name in good)
